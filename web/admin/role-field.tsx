import type { Role } from '../../src/contract/auth.ts';
import { Field, Select } from '../ui/field.tsx';

const roles: { value: Role; words: string }[] = [
  { value: 'member', words: 'Member: asks questions' },
  { value: 'curator', words: 'Curator: also keeps documents' },
  { value: 'administrator', words: 'Administrator: also manages people and sessions' },
];

export const RoleField = ({ value = 'member' }: { value?: Role }) => (
  <Field label="Role">
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
