import { Pencil } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { TurnView } from '../../src/contract/fold.ts';
import { t } from '../i18n/translate.ts';
import { useServices } from '../services.tsx';
import { IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import type { Versions } from './arrange-turns.ts';
import { EditMessage } from './edit-message.tsx';
import { UserMessage } from './user-message.tsx';
import { VersionArrows } from './version-arrows.tsx';

/** A stored message, which can be edited and sent again: what was said stays beside it. */
export function TurnMessage({ turn, author, versions, onChoose, onEdit }: TurnMessageProps) {
  const { drafts } = useServices();
  const draftId = `edit.${turn.turnId}`;
  const [isEdited, setEdited] = useState(() => drafts.read(draftId) !== '');
  const pencil = useRef<HTMLButtonElement>(null);
  const wasEdited = useRef(false);
  useEffect(() => {
    if (wasEdited.current && !isEdited) pencil.current?.focus();
    wasEdited.current = isEdited;
  }, [isEdited]);
  if (isEdited && onEdit) {
    return (
      <EditMessage
        draftId={draftId}
        text={turn.text}
        onSend={(text) => {
          setEdited(false);
          onEdit(turn, text);
        }}
        onCancel={() => setEdited(false)}
      />
    );
  }
  return (
    <UserMessage text={turn.text} author={author} at={turn.at}>
      <VersionArrows versions={versions} what="message" onChoose={onChoose} />
      <CopyButton text={turn.text} label={t('Copy message')} className={foot} />
      {onEdit && (
        <IconButton ref={pencil} label={t('Edit message')} className={foot} onClick={() => setEdited(true)}>
          <Pencil aria-hidden />
        </IconButton>
      )}
    </UserMessage>
  );
}
type TurnMessageProps = {
  turn: TurnView;
  /** Who wrote it, where it was somebody else. */
  author: string | undefined;
  versions: Versions;
  onChoose(turnId: string): void;
  onEdit: ((turn: TurnView, text: string) => void) | undefined;
};

const foot = 'size-7! max-sm:size-9! [&_svg]:size-3.5!';
