import type { ConversationImport, ImportedConversation } from '../../../src/contract/conversation-import.ts';
import { number } from '../../i18n/numbers.ts';
import { said, t } from '../../i18n/translate.ts';
import { TableFrame } from '../../ui/table-frame.tsx';
import { dayOf } from '../../ui/time-words.ts';
import { sourceNames } from './conversation-words.ts';

/** The conversations of a file, refused ones first. */
export function ConversationTable({ answer }: { answer: ConversationImport }) {
  const { conversations } = answer;
  const all = answer.comes + answer.brought_in + answer.already_here + answer.refused;
  return (
    <>
      <TableFrame label={t('Conversations of the file')}>
        <thead>
          <tr className="border-b border-line text-start text-xs text-muted">
            <th className="px-3 py-2 font-medium">{t('Conversation')}</th>
            <th className="px-3 py-2 font-medium max-sm:hidden">{t('From', {}, 'a program')}</th>
            <th className="px-3 py-2 font-medium">{t('Begun')}</th>
            <th className="px-3 py-2 text-end font-medium max-sm:hidden">{t('Messages')}</th>
            <th className="px-3 py-2 font-medium max-sm:hidden"> </th>
          </tr>
        </thead>
        <tbody>
          {conversations.map((conversation, index) => (
            // The list comes whole and never changes.
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            <Line key={index} conversation={conversation} />
          ))}
        </tbody>
      </TableFrame>
      {all > conversations.length && (
        <p className="mt-2 text-sm text-muted">
          {t('And {count, number} more.', { count: all - conversations.length })}
        </p>
      )}
    </>
  );
}

function Line({ conversation }: { conversation: ImportedConversation }) {
  const { title, source, created_at, messages, state, reason } = conversation;
  return (
    <tr className="border-b border-line last:border-0">
      <td className="min-w-40 px-3 py-2 wrap-anywhere">
        <span dir="auto">{title === '' ? t('Without a title') : title}</span>
        {reason !== null && <span className="block text-danger">{said(reason)}</span>}
        <span className="block text-xs text-muted sm:hidden">{stateWords[state]}</span>
      </td>
      <td className="px-3 py-2 whitespace-nowrap text-muted max-sm:hidden">{source && sourceNames[source]}</td>
      <td className="px-3 py-2 whitespace-nowrap text-muted">{created_at && dayOf(Date.parse(created_at))}</td>
      <td className="px-3 py-2 text-end tabular-nums max-sm:hidden">{messages > 0 && number(messages)}</td>
      <td className="px-3 py-2 whitespace-nowrap text-muted max-sm:hidden">{stateWords[state]}</td>
    </tr>
  );
}

const stateWords: Readonly<Record<ImportedConversation['state'], string>> = {
  comes: t('comes'),
  brought_in: t('brought in'),
  already_here: t('is here already'),
  refused: t('stays out'),
};
