import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { Group } from '../../src/contract/access.ts';
import type { BudgetKind, BudgetLimits } from '../../src/contract/budgets.ts';
import { listUsers } from '../api/admin.ts';
import { type BudgetOwner, putBudget, removeBudget } from '../api/budgets.ts';
import { ApiError } from '../api/errors.ts';
import { listGroups } from '../api/groups.ts';
import { t } from '../i18n/translate.ts';
import { useSettled } from '../sessions/use-settled.ts';
import { Confirm, FormDialog } from '../ui/dialog.tsx';
import { Field, Select, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { budgetsKey } from './budgets-key.ts';
import { groupsKey } from './groups-key.ts';
import { userCalled } from './user-called.ts';
import { usersKey } from './users-key.ts';

/** What is being done to whose budget; `limits` is null where none is set. */
export type BudgetDoing = {
  owner: BudgetOwner;
  name: string;
  limits: BudgetLimits | null;
  action: 'change' | 'remove';
};

const noLimits: BudgetLimits = { turns_per_day: null, tokens_per_day: null };

/** Sets a budget for a group or a person, by name. */
export function NewBudget({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<BudgetKind>('group');
  const [name, setName] = useState('');
  const namesId = useId();
  const names = useNames(kind, name, open);
  const create = async (data: FormData) => {
    const wanted = name.trim();
    const { id } = await (kind === 'group' ? groupCalled(wanted) : userCalled(wanted));
    await putBudget({ kind, subject_id: id }, limitsOf(data));
    await queryClient.invalidateQueries({ queryKey: budgetsKey });
    setName('');
  };
  return (
    <FormDialog
      open={open}
      onOpenChange={onOpenChange}
      title={t('New budget')}
      action={t('Set budget')}
      onSubmit={create}
    >
      <Field label={t('For')}>
        {(id) => (
          <Select
            id={id}
            wide
            value={kind}
            onChange={(event) => setKind(event.target.value === 'user' ? 'user' : 'group')}
          >
            <option value="group">{t('A group: its members share the budget')}</option>
            <option value="user">{t('A person: instead of the default budget')}</option>
          </Select>
        )}
      </Field>
      <Field
        label={kind === 'group' ? t('Group') : t('Username')}
        hint={t('Write a part of a name to see what it fits.')}
      >
        {(id) => (
          <TextInput
            id={id}
            required
            maxLength={100}
            list={namesId}
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="off"
            autoCapitalize="none"
          />
        )}
      </Field>
      <datalist id={namesId}>
        {names.map((each) => (
          <option key={each} value={each} />
        ))}
      </datalist>
      <LimitFields limits={noLimits} />
    </FormDialog>
  );
}

/** The dialog of what is being done to a budget. */
export function BudgetDialog({ doing, onClose }: { doing: BudgetDoing | undefined; onClose(): void }) {
  const queryClient = useQueryClient();
  if (!doing) return null;
  const { owner, name, limits } = doing;
  const then = async (work: Promise<void>) => {
    await work;
    await queryClient.invalidateQueries({ queryKey: budgetsKey });
  };
  const onOpenChange = (open: boolean) => !open && onClose();
  const isOfAll = owner.kind === 'everybody';
  if (doing.action === 'remove') {
    return (
      <Confirm
        open
        onOpenChange={onOpenChange}
        title={isOfAll ? t('Remove the default budget?') : t('Remove the budget of “{name}”?', { name })}
        action={t('Remove budget')}
        onConfirm={() => then(removeBudget(owner))}
      >
        {afterRemoval[owner.kind]}
      </Confirm>
    );
  }
  return (
    <FormDialog
      open
      onOpenChange={onOpenChange}
      title={isOfAll ? t('Default budget for each person') : t('Budget of “{name}”', { name })}
      action={t('Set budget')}
      onSubmit={(data) => then(putBudget(owner, limitsOf(data)))}
    >
      <LimitFields limits={limits ?? noLimits} />
    </FormDialog>
  );
}

const afterRemoval: Record<BudgetOwner['kind'], string> = {
  everybody: t(
    'People without a budget of their own then have no limit but those of their groups. What was used today stays counted.',
  ),
  group: t('Its members then have no limit through this group. What was used today stays counted.'),
  user: t('The default budget then counts for this person too, if there is one. What was used today stays counted.'),
};

function LimitFields({ limits }: { limits: BudgetLimits }) {
  return (
    <>
      <Field label={t('Messages a day')} hint={t('Leave empty for no limit.')}>
        {(id) => <NumberInput id={id} name="turns" value={limits.turns_per_day} max={1_000_000_000} />}
      </Field>
      <Field
        label={t('Tokens a day')}
        hint={t(
          'Of what the language model reads and writes; a token is about four characters. Leave empty for no limit.',
        )}
      >
        {(id) => <NumberInput id={id} name="tokens" value={limits.tokens_per_day} max={1_000_000_000_000} />}
      </Field>
    </>
  );
}

function NumberInput({ id, name, value, max }: { id: string; name: string; value: number | null; max: number }) {
  return <TextInput id={id} name={name} type="number" min={1} max={max} step={1} defaultValue={value ?? ''} />;
}

function limitsOf(data: FormData): BudgetLimits {
  const limit = (name: string) => (formText(data, name) === '' ? null : Number(formText(data, name)));
  return { turns_per_day: limit('turns'), tokens_per_day: limit('tokens') };
}

/** Names of groups or people that fit what is written. */
function useNames(kind: BudgetKind, written: string, isOpen: boolean): string[] {
  const q = useSettled(written.trim(), 200);
  const isAsked = isOpen && q !== '';
  const groups = useQuery({
    queryKey: [...groupsKey, 'like', q],
    queryFn: ({ signal }) => listGroups({ q, limit: 10 }, signal),
    enabled: isAsked && kind === 'group',
  });
  const users = useQuery({
    queryKey: [...usersKey, 'like', q],
    queryFn: ({ signal }) => listUsers({ q, limit: 10 }, signal),
    enabled: isAsked && kind === 'user',
  });
  return kind === 'group'
    ? (groups.data?.groups ?? []).map((group) => group.name)
    : (users.data?.users ?? []).map((user) => user.username);
}

/** The one group of this name, in any case.
 *  @throws ApiError no_such_group */
async function groupCalled(name: string): Promise<Group> {
  const wanted = name.toLowerCase();
  let cursor: string | undefined;
  do {
    const query = { q: name, limit: 500, ...(cursor !== undefined && { cursor }) };
    const page = await listGroups(query, AbortSignal.timeout(30_000));
    const group = page.groups.find((each) => each.name.toLowerCase() === wanted);
    if (group) return group;
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  const detail = t('No group has the name {name}. Look it up under Groups, or make it there first.', { name });
  throw new ApiError({ status: 404, code: 'no_such_group', title: t('No such group'), detail });
}
