import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Ellipsis } from 'lucide-react';
import { useState } from 'react';
import { role } from '../../src/contract/auth.ts';
import type { Invitation, NewInvitation } from '../../src/contract/links.ts';
import { listGroups } from '../api/groups.ts';
import { createInvitation, listInvitations, renewInvitation, withdrawInvitation } from '../api/links.ts';
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
        title="Invite a person"
        description="You get a link to hand over. It opens once, within 30 minutes; whoever opens it chooses a password."
        action="Make link"
        onSubmit={invite}
      >
        <Field label="Username" hint="When left empty, they choose it.">
          {(id) => <TextInput id={id} name="username" maxLength={64} autoComplete="off" autoCapitalize="none" />}
        </Field>
        <EmailField hint="May be left empty. When given, the link is mailed there too." />
        <RoleField />
        {choice.length > 0 && (
          <fieldset>
            <legend className="mb-1 text-sm font-medium">Groups</legend>
            <div className="max-h-40 space-y-0.5 overflow-y-auto rounded-lg border border-line-strong px-3 py-1.5">
              {choice.map((group) => (
                <label key={group.id} className="flex min-h-8 items-center gap-2 text-sm">
                  <input type="checkbox" name="group" value={group.id} className="size-4 accent-accent" />
                  <span className="truncate">{group.name}</span>
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
            Invitations
          </h2>
          <TableFrame label="Invitations">
            <thead className="text-start text-xs text-muted">
              <tr className="border-b border-line *:px-4 *:py-2 *:font-medium">
                <th>Username</th>
                <th>Role</th>
                <th>Invited by</th>
                <th>Link</th>
                <th className="sr-only">Actions</th>
              </tr>
            </thead>
            <tbody>
              {invitations.map((invitation) => (
                <tr key={invitation.id} className="border-b border-line last:border-0 *:px-4 *:py-1.5">
                  <td className="max-w-48 truncate">
                    {invitation.username ?? <span className="text-muted">their choice</span>}
                    {invitation.email !== null && (
                      <span className="block truncate text-xs text-muted">{invitation.email}</span>
                    )}
                  </td>
                  <td className="capitalize">{invitation.role}</td>
                  <td className="max-w-48 truncate">{invitation.created_by}</td>
                  <td className="whitespace-nowrap">{lifeOf(invitation, query.dataUpdatedAt)}</td>
                  <td className="text-end">
                    <Menu
                      trigger={
                        <IconButton
                          label={`Actions for the invitation of ${invitation.username ?? invitation.email ?? 'somebody'}`}
                        >
                          <Ellipsis aria-hidden />
                        </IconButton>
                      }
                    >
                      <MenuItem onSelect={() => setDoing({ invitation, action: 'renew' })}>Make another link</MenuItem>
                      <MenuItem danger onSelect={() => setDoing({ invitation, action: 'withdraw' })}>
                        Withdraw
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
          title="Make another link"
          description={`The link before opens nothing any more.${doing.invitation.email === null ? '' : ' The new one is mailed too.'}`}
          action="Make link"
          onSubmit={() => then(renewInvitation(doing.invitation.id))}
        >
          {null}
        </FormDialog>
      )}
      {doing?.action === 'withdraw' && (
        <Confirm
          open
          onOpenChange={onOpenChange}
          title="Withdraw the invitation?"
          action="Withdraw"
          onConfirm={() => then(withdrawInvitation(doing.invitation.id))}
        >
          Its link opens nothing any more.
        </Confirm>
      )}
      {made && <InvitationLink made={made} onClose={() => setMade(undefined)} />}
    </>
  );
}

const InvitationLink = ({ made, onClose }: { made: NewInvitation; onClose(): void }) => (
  <ShowOnce title="The invitation’s link" text={made.link} label="Copy link" onClose={onClose}>
    <p>{deliveryWords(made.mail)}</p>
    <p>It is shown only now, and opens once, within 30 minutes.</p>
  </ShowOnce>
);

function lifeOf({ expires_at }: Invitation, nowMs: number) {
  const end = Date.parse(expires_at);
  if (end <= nowMs) return <span className="text-muted">expired</span>;
  return `opens until ${new Date(end).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`;
}
