import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Import = { specifier: string; isTypeOnly: boolean };
export type SourceFile = {
  /** From the repository's root, with forward slashes. */
  path: string;
  /** Whole. */
  text: string;
  /** Without comments and without what stands in quotation marks. */
  code: string;
  imports: Import[];
};

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Comments, quoted texts and regular expressions. */
const token =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[dgimsuvy]*(?=[\s.,;)\]])/g;

/** Every TypeScript file of src/ and web/, by path. */
export function readSources(): SourceFile[] {
  return globSync(['src/**/*.ts', 'src/**/*.tsx', 'web/**/*.ts', 'web/**/*.tsx'], {
    cwd: root,
    exclude: ['web/dist/**', '**/node_modules/**'],
  })
    .map((path) => path.replaceAll('\\', '/'))
    .toSorted()
    .map(readSource);
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, code: blank(text, true), imports: importsOf(text) };
}

/** Static and dynamic imports, re-exports, and the files of workers and children named by `new URL(…, import.meta.url)`. Pure. */
export function importsOf(text: string): Import[] {
  const code = blank(text, false);
  const found: Import[] = [];
  for (const [, type, names = '', specifier = ''] of code.matchAll(
    /(?:^|[;{}\n])\s*(?:import|export)\b(\s+type\b(?!\s*(?:,|from)))?([^;'"`]*?)(?:\bfrom\s*)['"]([^'"\n]+)['"]/g,
  )) {
    found.push({ specifier, isTypeOnly: type !== undefined || namesOnlyTypes(names) });
  }
  for (const pattern of [
    /(?:^|[;{}\n])\s*import\s*['"]([^'"\n]+)['"]/g,
    /\bimport\(\s*['"]([^'"\n]+)['"]/g,
    /\bnew URL\(\s*['"](\.[^'"\n]+\.tsx?)['"]\s*,\s*import\.meta\.url/g,
  ]) {
    for (const [, specifier = ''] of code.matchAll(pattern)) found.push({ specifier, isTypeOnly: false });
  }
  return found;
}

function namesOnlyTypes(names: string): boolean {
  const inner = /^\s*\{([\s\S]*)\}\s*$/.exec(names)?.[1];
  const each = (inner ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  return each.length > 0 && each.every((name) => name.startsWith('type '));
}

/** The text without comments, and with `strings` also without what stands in quotation marks and regular expressions. Pure. */
function blank(text: string, strings: boolean): string {
  return text.replace(token, (part) => {
    if (part.startsWith('//') || part.startsWith('/*')) return ' ';
    if (!strings) return part;
    // What a template inserts is code.
    return part.startsWith('`') ? [...part.matchAll(/\$\{([^}]*)\}/g)].map((match) => match[1]).join(' ; ') : "''";
  });
}

/** What stands in quotation marks, one after the other. Pure. */
export function literalsOf(text: string): string {
  return [...text.matchAll(token)]
    .map(([part]) => part)
    .filter((part) => /^['"`]/.test(part))
    .join('\n');
}
