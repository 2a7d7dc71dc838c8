import { useMutation, useQueryClient } from '@tanstack/react-query';
import { User, Users, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { type SessionPerson, type SessionShare, type ShareLevel, shareLevel } from '../../src/contract/sharing.ts';
import { asApiError } from '../api/errors.ts';
import { putShare, removeShare } from '../api/sharing.ts';
import { rich, said, t } from '../i18n/translate.ts';
import { inRow } from '../i18n/in-row.ts';
import { Button } from '../ui/button.tsx';
import { ShareLevelSelect } from './share-level-select.tsx';
import { shareSentence, subjectHint } from './share-words.ts';
import { peopleKey } from './use-session-people.ts';

type ShareItemProps = {
  sessionId: string;
  share: SessionShare;
  /** The person it is shared with, once they had it open. */
  person: SessionPerson | undefined;
  isOwner: boolean;
};

/** A person or a group that a session is shared with. It shows the level that was chosen while that is stored, and the stored one if it
 *  could not be. */
export function ShareItem({ sessionId, share, person, isOwner }: ShareItemProps) {
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: async (level: ShareLevel | undefined) => {
      if (level === undefined) await removeShare(sessionId, share);
      else await putShare(sessionId, share, level);
      await queryClient.invalidateQueries({ queryKey: peopleKey(sessionId) });
    },
  });
  const Icon = share.kind === 'user' ? User : Users;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2 text-sm">
      <Icon aria-hidden className="size-4 shrink-0 text-muted" />
      <div className="min-w-36 flex-1">
        <p className="wrap-anywhere">{isOwner ? nameLook(share.name) : mayWhat(share)}</p>
        <p className="text-xs wrap-anywhere text-muted empty:hidden">
          {inRow(
            [subjectHint(share), isOwner && share.kind === 'user' && !person ? t('has not read it yet') : ''].filter(
              (each) => each !== '',
            ),
          )}
        </p>
        {change.error && (
          <p role="alert" className="mt-1 text-xs text-danger">
            {t('Not changed. {problem}', { problem: said(asApiError(change.error).message) })}
          </p>
        )}
      </div>
      {isOwner && (
        <div className="-me-2 flex max-w-full flex-wrap items-center">
          <ShareLevelSelect
            aria-label={shareSentence(share)}
            aria-busy={change.isPending || undefined}
            value={(change.isPending && change.variables) || share.level}
            onChange={(event) => change.mutate(shareLevel.parse(event.target.value))}
          />
          <Button
            look="quiet"
            aria-label={t('Share no more with {name}', { name: share.name })}
            busy={change.isPending}
            onClick={() => change.mutate(undefined)}
          >
            <X aria-hidden className="size-4 sm:hidden" />
            <span className="max-sm:sr-only">{t('Remove')}</span>
          </Button>
        </div>
      )}
    </li>
  );
}

const nameLook = (name: ReactNode) => <span className="font-medium">{name}</span>;

const mayWhat = ({ name, level }: SessionShare) =>
  level === 'write'
    ? rich('<b>{name}</b> can read and write', { name, b: nameLook })
    : rich('<b>{name}</b> can read', { name, b: nameLook });
