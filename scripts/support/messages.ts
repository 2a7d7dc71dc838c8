import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { nameOf, saysMessage, writtenIn } from '../../web/i18n/message-calls.ts';

/** A text that the app says, as it stands in the code. */
export type Message = { key: string; text: string; isRich: boolean; place: string };
export type Found = { files: number; messages: Message[]; problems: string[] };

/** Every message of web/, and what looks like words for a reader without being one. */
export function findMessages(root: string): Found {
  const files = globSync(['web/**/*.ts', 'web/**/*.tsx'], {
    cwd: root,
    exclude: [
      'web/dist/**',
      'web/i18n/languages.ts',
      'web/i18n/server-{names,sentences,texts}.ts',
      'web/public/**',
      '**/*.test.*',
      '**/testing/**',
      'web/*.config.ts',
      // What reads and divides messages while the app is built.
      'web/{first-words,split-catalogues}.ts',
      'web/i18n/message-calls.ts',
    ],
  }).toSorted();
  const found: Found = { files: files.length, messages: [], problems: [] };
  for (const path of files) messagesOf(path, readFileSync(join(root, path), 'utf8'), found);
  return found;
}

type Span = { start: number; end: number };

function messagesOf(path: string, text: string, { messages, problems }: Found): void {
  const lineOf = (at: number) => `${path}:${text.slice(0, at).split('\n').length}`;
  /** What is no text for a reader: imports, classes, errors for us; and the messages themselves. */
  const silent: Span[] = [];
  const words: (Span & { value: string })[] = [];
  const isSilent = ({ start }: Span) => silent.some((each) => each.start <= start && start < each.end);
  const { program, errors } = parseSync(path, text);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);

  new Visitor({
    ImportDeclaration: (node) => void silent.push(node),
    TSLiteralType: (node) => void silent.push(node),
    JSXAttribute(node) {
      const name = node.name.type === 'JSXIdentifier' ? node.name.name : '';
      if (node.value && silentAttribute.test(name)) silent.push(node.value);
    },
    Property(node) {
      if (node.key.type === 'Identifier' && node.key.name.endsWith('Key')) silent.push(node.value);
    },
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && id.name.endsWith('Key') && init) silent.push(init);
    },
    NewExpression(node) {
      if (node.callee.type === 'Identifier' && /^(?:Syntax)?Error$/.test(node.callee.name)) silent.push(node);
    },
    CallExpression(node) {
      const name = nameOf(node.callee);
      if (/^(?:clsx|said|entryPage|lazyPage)$/.test(name)) silent.push(node);
      if (!saysMessage(node.callee)) return;
      const [message, , context] = node.arguments;
      const written = writtenIn(node.arguments);
      if (message) silent.push(message);
      if (context) silent.push(context);
      if (!written) {
        problems.push(`${lineOf(node.start)}: a message is written out where it is said`);
        return;
      }
      messages.push({ ...written, isRich: name === 'rich', place: lineOf(node.start) });
    },
    JSXText({ start, end, value }) {
      if (/\p{L}/u.test(value) && !name.test(value.trim())) words.push({ start, end, value });
    },
    Literal({ start, end, value }) {
      if (typeof value === 'string' && isForReaders(value)) words.push({ start, end, value });
    },
    TemplateElement({ start, end, value }) {
      if (isForReaders(value.raw)) words.push({ start, end, value: value.raw });
    },
  }).visit(program);
  for (const each of words) {
    if (!isSilent(each)) problems.push(`${lineOf(each.start)}: not a message: ${each.value.trim().slice(0, 80)}`);
  }
}

const silentAttribute =
  /^(?:className|\w+Class|id|htmlFor|type|role|rel|target|href|key|to|d|viewBox|autoComplete|inputMode|name)$/;

/** Names: of keys, methods, headers and types of the platform, of products and measures; and what reads English or goes to programs. */
const name =
  /^(?:ChatGPT|Open WebUI|LibreChat|PostgreSQL|\w+@\d+|Shift\+\w+|How do I|Enter|Escape|Tab|Backspace|Delete|Home|End|Page(?:Up|Down)|Arrow\w+|Control|Shift|Alt|Meta|[A-Z_]+|UTF-8|Content-.*|Accept|Retry-After|\w+Error|Perdure.*)$/;

/** A word with a capital letter, or words in a row that are no classes. */
function isForReaders(value: string): boolean {
  const text = value.trim();
  if (name.test(text) || !/\p{Ll}/u.test(text)) return false;
  if (/^\p{Lu}\p{Ll}/u.test(text)) return true;
  return /\p{L} \p{L}/u.test(text) && text.split(/\s+/).every((word) => !/[[\]:_]|\w-\w|\d\.?\d*$/.test(word));
}
