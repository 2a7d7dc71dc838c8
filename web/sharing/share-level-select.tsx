import type { ComponentProps } from 'react';
import { shareLevel } from '../../src/contract/sharing.ts';
import { Select } from '../ui/field.tsx';
import { mayWords } from './share-words.ts';

/** What somebody may do in a session. */
export const ShareLevelSelect = (props: ComponentProps<'select'>) => (
  <Select {...props}>
    {shareLevel.options.map((level) => (
      <option key={level} value={level}>
        {mayWords[level]}
      </option>
    ))}
  </Select>
);
