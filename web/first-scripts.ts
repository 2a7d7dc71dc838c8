import type { Plugin, Rolldown } from 'vite';

/** Modules by their id. */
type Modules = Pick<Rolldown.ChunkingContext, 'getModuleInfo'>;
/** The files that something begins with, as ids of modules: the service worker; what loads the language; and what it loads later. */
export type Beginnings = { worker: string; main: string; later: readonly string[] };

/** Divides what the app needs before any page into three scripts: what runs until the language is known, packages, and the app itself. All that one of them
 *  imports is in it or in one before it, so that none draws what says words into what runs before the language is known. What the service worker needs too stays
 *  by itself, and so do the files that load the others: what waits for a script must not be in one that it imports.
 *  @returns the name of a module's script; null for the bundler's own division */
export function firstScripts(beginnings: Beginnings): Rolldown.CodeSplittingNameFunction {
  let scripts: Map<string, string | null> | undefined;
  return (id, modules) => {
    scripts ??= divided(beginnings, modules);
    return scripts.get(id) ?? null;
  };
}

function divided({ worker, main, later }: Beginnings, modules: Modules): Map<string, string | null> {
  const scripts = new Map<string, string | null>();
  const put = (name: string | null, ids: Iterable<string>) => {
    for (const id of ids) if (!scripts.has(id)) scripts.set(id, name);
  };
  put(null, [...neededBy([worker], modules), main, ...later]);
  put('language', neededBy([main], modules));
  const needed = neededBy(later, modules);
  const packages = [...needed].filter((id) => id.includes('/node_modules/'));
  put('packages', neededBy(packages, modules));
  put('shell', needed);
  return scripts;
}

/** Names in the page every script that the app needs before any page, the largest first: else they are asked for only once the scripts before have run.
 *  Refuses a build in which something runs before the language is known that need not. */
export function firstScriptsNamed({ main, later }: Beginnings): Plugin {
  return {
    name: 'first-scripts-named',
    generateBundle(_options, bundle) {
      const early = earlyModules(bundle, main, this);
      if (early.length > 0) throw new Error(`These run before the language is known:\n${early.join('\n')}`);
    },
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        if (!bundle) return html;
        const [begun, ...needed] = [main, ...later].map((id) => scriptsOf(bundle, id));
        const preloads = [...needed.flat(), ...(begun?.slice(1) ?? [])].toSorted(
          (a, b) => b.code.length - a.code.length,
        );
        return {
          html: html.replace(/\s*<link rel="modulepreload"[^>]*>/g, ''),
          tags: [...new Set(preloads)].map(({ fileName }) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${fileName}` },
            injectTo: 'head' as const,
          })),
        };
      },
    },
  };
}

/** What the scripts that run with a file hold beyond what it needs. */
export function earlyModules(bundle: Rolldown.OutputBundle, main: string, modules: Modules): string[] {
  const needed = neededBy([main], modules);
  return scriptsOf(bundle, main)
    .flatMap(({ moduleIds }) => moduleIds)
    .filter((id) => /^[^\0].*\.[cm]?[jt]sx?$/.test(id) && !needed.has(id));
}

/** The script that a file is in, and all that it imports. */
export function scriptsOf(bundle: Rolldown.OutputBundle, id: string): Rolldown.OutputChunk[] {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
  const found = new Set(chunks.filter(({ moduleIds }) => moduleIds.includes(id)));
  if (found.size === 0) throw new Error(`${id} is in no script.`);
  for (const { imports } of found) for (const each of chunks) if (imports.includes(each.fileName)) found.add(each);
  return [...found];
}

/** These, and all that runs before them. */
function neededBy(ids: readonly string[], modules: Modules): Set<string> {
  const found = new Set(ids);
  for (const id of found) for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
}
