import type { ConversationImport, ConversationSource } from '../../../src/contract/conversation-import.ts';
import { t } from '../../i18n/translate.ts';

export const sourceNames: Readonly<Record<ConversationSource, string>> = {
  chatgpt: 'ChatGPT',
  open_webui: 'Open WebUI',
  librechat: 'LibreChat',
  perdure: 'Perdure',
};

/** What comes, or came, of a file, a sentence each. Pure. */
export function conversationWords({
  is_preview,
  comes,
  brought_in,
  already_here,
  refused,
  left_out,
}: ConversationImport): string[] {
  const words: string[] = [];
  if (comes > 0)
    words.push(t('{count, plural, one {# conversation} other {# conversations}} can be brought in.', { count: comes }));
  if (brought_in > 0)
    words.push(t('{count, plural, one {# conversation} other {# conversations}} brought in.', { count: brought_in }));
  if (already_here > 0)
    words.push(
      t(
        '{count, plural, one {# conversation is here already and stays as it is.} other {# conversations are here already and stay as they are.}}',
        { count: already_here },
      ),
    );
  if (refused > 0)
    words.push(
      is_preview
        ? t(
            '{count, plural, one {# conversation cannot be brought in; the reason stands beside it.} other {# conversations cannot be brought in; the reason stands beside each.}}',
            { count: refused },
          )
        : t(
            '{count, plural, one {# conversation could not be brought in; the reason stands beside it.} other {# conversations could not be brought in; the reason stands beside each.}}',
            { count: refused },
          ),
    );
  if (left_out > 0)
    words.push(
      is_preview
        ? t('{count, plural, one {# message} other {# messages}} of versions that were not in view stay out.', {
            count: left_out,
          })
        : t('{count, plural, one {# message} other {# messages}} of versions that were not in view stayed out.', {
            count: left_out,
          }),
    );
  return words;
}
