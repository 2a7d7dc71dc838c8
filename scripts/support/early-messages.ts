import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** Messages that are said as soon as a file is loaded, in the files that run before the language is known: those `web/main.tsx` imports, and theirs. They
 *  would stay English. Elsewhere a text may be a constant. */
export function earlyMessages(root: string): string[] {
  const main = 'web/main.tsx';
  const problems: string[] = [];
  const paths = new Set(existsSync(join(root, main)) ? [main] : []);
  for (const path of paths) {
    const code = readFileSync(join(root, path), 'utf8');
    const { program, module } = parseSync(path, code);
    for (const { moduleRequest, entries } of module.staticImports) {
      const isErased = entries.length > 0 && entries.every(({ isType }) => isType);
      if (moduleRequest.value.startsWith('.') && !isErased) paths.add(join(dirname(path), moduleRequest.value));
    }
    for (const start of saidAtOnce(program)) {
      problems.push(`${path}:${code.slice(0, start).split('\n').length}: said before the language is known`);
    }
  }
  return problems;
}

/** Where calls of `t` and `rich` stand that no function waits for. */
function saidAtOnce(program: Parameters<Visitor['visit']>[0]): number[] {
  const found: number[] = [];
  let functions = 0;
  const begin = () => void functions++;
  const end = () => void functions--;
  new Visitor({
    FunctionDeclaration: begin,
    FunctionExpression: begin,
    ArrowFunctionExpression: begin,
    'FunctionDeclaration:exit': end,
    'FunctionExpression:exit': end,
    'ArrowFunctionExpression:exit': end,
    CallExpression({ callee, start }) {
      if (functions === 0 && callee.type === 'Identifier' && /^(?:t|rich)$/.test(callee.name)) found.push(start);
    },
  }).visit(program);
  return found;
}
