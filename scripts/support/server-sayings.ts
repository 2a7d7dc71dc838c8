import { globSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';

/** A text as it stands in the server's code, with U+FFFC for each of its values. */
export type Saying = { text: string; place: string; isTold: boolean };

/** The server's files but for its tests. */
export const serverFiles = (root: string): string[] =>
  globSync('src/**/*.ts', {
    cwd: root,
    exclude: ['**/*.test.ts', '**/testing/**', 'src/store/conformance/**'],
  }).toSorted();

/** Every text of a file, but for what describes the API and what is thrown for us alone. */
export function saidBy(path: string, code: string): Saying[] {
  const silent: Span[] = [];
  const told: Span[] = [];
  const sayings: (Omit<Saying, 'isTold'> & { start: number })[] = [];
  const lineOf = (at: number) => `${path}:${code.slice(0, at).split('\n').length}`;
  const say = (start: number, text: string) => void sayings.push({ text, start, place: lineOf(start) });
  const { program, errors } = parseSync(path, code);
  if (errors[0]) throw new Error(`${path}: ${errors[0].message}`);
  new Visitor({
    ImportDeclaration: (node) => void silent.push(node),
    TaggedTemplateExpression: (node) => void silent.push(node),
    TSLiteralType: (node) => void silent.push(node),
    Property({ key, value }) {
      if (key.type === 'Identifier' && /^(?:summary|description)$/.test(key.name)) silent.push(value);
    },
    CallExpression(node) {
      const { callee } = node;
      if (callee.type !== 'MemberExpression') return;
      if (callee.property.type === 'Identifier' && callee.property.name === 'describe') silent.push(node);
      if (callee.property.type === 'PrivateIdentifier' && callee.property.name === 'refuse') told.push(node);
    },
    NewExpression(node) {
      const name = node.callee.type === 'Identifier' ? node.callee.name : '';
      if (/^(?:Range|Type)?Error$/.test(name) && !tellsItsErrors.test(path)) silent.push(node);
      if (/^(?:\w+Fault|ParseError|AppError)$/.test(name)) told.push(node);
    },
    Literal({ start, value }) {
      if (typeof value === 'string') say(start, value);
    },
    TemplateLiteral({ start, quasis }) {
      say(start, quasis.map(({ value }) => value.cooked ?? '').join('\uFFFC'));
    },
  }).visit(program);
  const isIn = (spans: readonly Span[], at: number) => spans.some(({ start, end }) => start <= at && at < end);
  return sayings
    .filter(({ start }) => !isIn(silent, start))
    .map(({ text, place, start }) => ({ text, place, isTold: isIn(told, start) }));
}

type Span = { start: number; end: number };

/** What an `Error` says is for the log, but for that of a model that does not open, which the console shows. */
const tellsItsErrors = /^src\/models\/(?:onnx\/open-text-worker|minilm\/prepare-model)/;

/** Whether it can come on a page: it is a whole sentence, or said in a refusal. */
export function isForReaders({ text, place, isTold }: Saying): boolean {
  if (isTold ? !/\p{L}.* /su.test(text) : !isSentence(text)) return false;
  return !forPrograms.some((each) => each.test(place)) && !ofNoPage.some((each) => each.test(text));
}

const isSentence = (text: string): boolean =>
  /^[\p{Lu}“\uFFFC].* .*[.?!\uFFFC]$/su.test(text) && /\p{Ll}{2}/u.test(text);

/** Where sentences are that no page shows. */
const forPrograms = [
  // Commands, the start and the log.
  /^src\/(?:cli\/|admin\/verify\/|admin\/audit\/anchor-files|config\.ts|main\.ts|compose)/,
  /^src\/(?:secret-key|identity\/first-administrator|models\/minilm\/(?:build-onnx|safetensors))/,
  /^src\/store\/(?:postgres|sqlite|moving|s3|migrations|queries\/verify-rules)/,
  // Mails and files, which are in English for all who read them.
  /^src\/(?:identity\/link-mails|personal-data\/(?:export-account|session-markdown))/,
  // What models are told, and what they say; words that are put into the text of a document.
  /^src\/(?:agents\/(?:tools\/|catalogue|build-agent|build-context|model-request|run-sub-agent)|models\/extractive\/)/,
  /^src\/knowledge\/ingest\/(?:slide-text|table-text)/,
  // API keys and requests that no page makes.
  /^src\/(?:access\/key-scopes|identity\/authenticate-key|http\/(?:client-error|listener|static)|turns\/routes)/,
];

/** Sentences that no page shows, and what only looks like one. */
const ofNoPage = [
  // Requests that are not of the contract's form: the app's are.
  /^(?:Query: |Send the |The body is not valid |Give session_ids |Name each .* once\.$)/,
  /^Body: (?:level: |set turns_per_day |parent_turn_id )/,
  // What ends the work in a model's thread: the log has it.
  /^The \uFFFC (?:broke|has ended|was closed)\.$/,
  // What an embedder is tried with; headers; keys of the store; a device, which the app puts together by itself; a heading of a document.
  /^Is anybody there\?$|^(?:Bearer|Basic) |=\uFFFC?;|Lax\uFFFC|excluded\.|^\uFFFC (?:on|restored) \uFFFC$|^Slide \uFFFC$/,
];
