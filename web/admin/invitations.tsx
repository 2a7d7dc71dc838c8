import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { role } from '../../src/contract/auth.ts';
import type { Invitation, NewInvitation } from '../../src/contract/links.ts';
import { listGroups } from '../api/groups.ts';
import { createInvitation, listInvitations, renewInvitation, withdrawInvitation } from '../api/links.ts';
import { currentLocale, named, t } from '../i18n/translate.ts';
import { IconButton } from '../ui/button.tsx';
import { Confirm, FormDialog } from '../ui/dialog.tsx';
import { Field, TextInput } from '../ui/field.tsx';
import { formText } from '../ui/form-text.ts';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { ShowOnce } from '../ui/show-once.tsx';
import { Failure } from '../ui/states.tsx';
import { TableFrame } from '../ui/table-frame.tsx';
import { deliveryWords } from './delivery-words.ts';
import { EmailField } from './email-field.tsx';
import { groupsKey } from './groups-key.ts';
import { RoleField } from './role-field.tsx';
import { roleWords } from '../account/role-words.ts';

const invitationsKey = ['invitations'];
/** Who accepts an invitation does so elsewhere. */
const refetchMs = 15_000;

/** Invites somebody: a link that is mailed or that the administrator hands over. */
export function Invite({ open, onOpenChange }: { open: boolean; onOpenChange(open: boolean): void }) {
  const queryClient = useQueryClient();
  const [made, setMade] = useState<NewInvitation>();
  const groups = useQuery({
    queryKey: [...groupsKey, 'choice'],
    queryFn: ({ signal }) => listGroups({ limit: 500 }, signal),
    enabled: open,
  });
  const choice = groups.data?.groups.filter((group) => !group.is_builtin) ?? [];
  const invite = async (data: FormData) => {
    const username = formText(data, 'username').trim();
    const email = formText(data, 'email').trim();
    const chosen = data.getAll('group').map(String);
    const created = await createInvitation({
      role: role.parse(data.get('role')),
      ...(username && { username }),
      ...(email && { email }),
      ...(chosen.length > 0 && { groups: chosen }),
    });
    setMade(created);
    await queryClient.invalidateQueries({ queryKey: invitationsKey });
  };
  return (
    <>
      <FormDialog
        open={open}
        onOpenChange={onOpenChange}
        title={t('Invite a person')}
        description={t(
          'You get a link to hand over. It opens once, within 30 minutes; whoever opens it chooses a password.',
        )}
        action={t('Make link')}
        onSubmit={invite}
      >
        <Field label={t('Username')} hint={t('When left empty, they choose it.')}>
          {(id) => <TextInput id={id} name="username" maxLength={64} autoComplete="off" autoCapitalize="none" />}
        </Field>
        <EmailField hint={t('May be left empty. When given, the link is mailed there too.')} />
        <RoleField />
        {choice.length > 0 && (
          <fieldset>
            <legend className="mb-1 text-sm font-medium">{t('Groups')}</legend>
            <div className="max-h-40 space-y-0.5 overflow-y-auto rounded-lg border border-line-strong px-3 py-1.5">
              {choice.map((group) => (
                <label key={group.id} className="flex min-h-8 items-center gap-2 text-sm">
                  <input type="checkbox" name="group" value={group.id} className="size-4 accent-accent" />
                  <span className="truncate">{named(group.name)}</span>
                </label>
              ))}
            </div>
          </fieldset>
        )}
        {groups.error && <Failure error={groups.error} onRetry={() => void groups.refetch()} />}
      </FormDialog>
      {made && <InvitationLink made={made} onClose={() => setMade(undefined)} />}
    </>
  );
}

/** Invitations that nobody accepted yet. Nothing while there are none. */
export function Invitations() {
  const query = useQuery({
    queryKey: invitationsKey,
    queryFn: ({ signal }) => listInvitations(signal),
    refetchInterval: refetchMs,
  });
  const queryClient = useQueryClient();
  const [doing, setDoing] = useState<{ invitation: Invitation; action: 'renew' | 'withdraw' }>();
  const [made, setMade] = useState<NewInvitation>();
  const then = async (work: Promise<NewInvitation | void>) => {
    const renewed = await work;
    if (renewed) setMade(renewed);
    await queryClient.invalidateQueries({ queryKey: invitationsKey });
  };
  const onOpenChange = (open: boolean) => !open && setDoing(undefined);
  if (query.error && !query.data) {
    return <Failure error={query.error} onRetry={() => void query.refetch()} className="mt-6" />;
  }
  const invitations = query.data?.invitations ?? [];
  return (
    <>
      {invitations.length > 0 && (
        <section aria-labelledby="invitations" className="mt-8">
          <h2 id="invitations" className="mb-2 text-sm font-semibold">
            {t('Invitations')}
          </h2>
          <TableFrame label={t('Invitations')}>
            <thead className="text-start text-xs text-muted">
              <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
                <th>{t('Username')}</th>
                <th>{t('Role')}</th>
                <th>{t('Invited by')}</th>
                <th>{t('Link')}</th>
                <th className="sr-only">{t('Actions')}</th>
              </tr>
            </thead>
            <tbody>
              {invitations.map((invitation) => (
                <tr key={invitation.id} className="border-b border-line last:border-0 *:px-4 *:py-1.5">
                  <td className="max-w-48 truncate">
                    {invitation.username ?? <span className="text-muted">{t('their choice')}</span>}
                    {invitation.email !== null && (
                      <span className="block truncate text-xs text-muted">{invitation.email}</span>
                    )}
                  </td>
                  <td className="capitalize">{roleWords[invitation.role]}</td>
                  <td className="max-w-48 truncate">{invitation.created_by}</td>
                  <td className="whitespace-nowrap">{lifeOf(invitation, query.dataUpdatedAt)}</td>
                  <td className="text-end">
                    <Menu
                      trigger={
                        <IconButton label={actionsWords(invitation)}>
                          <Ellipsis aria-hidden />
                        </IconButton>
                      }
                    >
                      <MenuItem onSelect={() => setDoing({ invitation, action: 'renew' })}>
                        {t('Make another link')}
                      </MenuItem>
                      <MenuItem danger onSelect={() => setDoing({ invitation, action: 'withdraw' })}>
                        {t('Withdraw')}
                      </MenuItem>
                    </Menu>
                  </td>
                </tr>
              ))}
            </tbody>
          </TableFrame>
        </section>
      )}
      {doing?.action === 'renew' && (
        <FormDialog
          open
          onOpenChange={onOpenChange}
          title={t('Make another link')}
          description={
            doing.invitation.email === null
              ? t('The link before opens nothing any more.')
              : t('The link before opens nothing any more. The new one is mailed too.')
          }
          action={t('Make link')}
          onSubmit={() => then(renewInvitation(doing.invitation.id))}
        >
          {null}
        </FormDialog>
      )}
      {doing?.action === 'withdraw' && (
        <Confirm
          open
          onOpenChange={onOpenChange}
          title={t('Withdraw the invitation?')}
          action={t('Withdraw')}
          onConfirm={() => then(withdrawInvitation(doing.invitation.id))}
        >
          {t('Its link opens nothing any more.')}
        </Confirm>
      )}
      {made && <InvitationLink made={made} onClose={() => setMade(undefined)} />}
    </>
  );
}

const InvitationLink = ({ made, onClose }: { made: NewInvitation; onClose(): void }) => (
  <ShowOnce title={t('The invitation’s link')} text={made.link} label={t('Copy link')} onClose={onClose}>
    <p>{deliveryWords(made.mail)}</p>
    <p>{t('It is shown only now, and opens once, within 30 minutes.')}</p>
  </ShowOnce>
);

function actionsWords({ username, email }: Invitation): string {
  const name = username ?? email;
  return name === null
    ? t('Actions for the invitation of somebody')
    : t('Actions for the invitation of {name}', { name });
}

function lifeOf({ expires_at }: Invitation, nowMs: number) {
  const end = Date.parse(expires_at);
  if (end <= nowMs) return <span className="text-muted">{t('expired', {}, 'link')}</span>;
  const time = new Date(end).toLocaleTimeString(currentLocale(), { hour: '2-digit', minute: '2-digit' });
  return t('opens until {time}', { time });
}
