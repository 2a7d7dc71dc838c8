import type { Role } from '../../src/contract/auth.ts';
import { t } from '../i18n/translate.ts';
import { Field, Select } from '../ui/field.tsx';

const roles: { value: Role; words: string }[] = [
  { value: 'member', words: t('Member: asks questions') },
  { value: 'curator', words: t('Curator: also keeps documents') },
  { value: 'administrator', words: t('Administrator: also manages people and sessions') },
];

export const RoleField = ({ value = 'member' }: { value?: Role }) => (
  <Field label={t('Role')}>
    {(id) => (
      <Select id={id} name="role" defaultValue={value} wide>
        {roles.map((each) => (
          <option key={each.value} value={each.value}>
            {each.words}
          </option>
        ))}
      </Select>
    )}
  </Field>
);
