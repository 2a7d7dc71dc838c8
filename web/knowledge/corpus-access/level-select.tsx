import type { ComponentProps } from 'react';
import { corpusLevel } from '../../../src/contract/corpus-access.ts';
import { t } from '../../i18n/translate.ts';
import { Select } from '../../ui/field.tsx';

const words = { read: t('Read', {}, 'level'), curate: t('Curate') };

/** Chooses one of the levels a group is granted a corpus at. */
export const LevelSelect = (props: Omit<ComponentProps<typeof Select>, 'children'>) => (
  <Select {...props}>
    {corpusLevel.options.map((level) => (
      <option key={level} value={level}>
        {words[level]}
      </option>
    ))}
  </Select>
);
