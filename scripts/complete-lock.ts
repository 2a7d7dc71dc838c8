import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/** `node scripts/complete-lock.ts` after any change of dependencies: a registry that does not serve the packages of other platforms
 *  makes npm leave them out of the lock, and `npm ci` then refuses it. Adds what is missing, by name and version; npm skips these
 *  packages on every platform but their own. */
const entry = z.looseObject({
  version: z.string().optional(),
  dev: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});
const lockfile = z.looseObject({ packages: z.record(z.string(), entry) });

const path = new URL('../package-lock.json', import.meta.url);
const lock = lockfile.parse(JSON.parse(readFileSync(path, 'utf8')));
const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'aix', 'win32'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];

/** Optional to their owner, and of no use here: PDF.js draws in browsers alone, and this is 30 MB of machine code to draw with in Node. */
const unwanted = [{ owner: 'node_modules/pdfjs-dist', name: '@napi-rs/canvas' }];
for (const { owner, name } of unwanted) {
  delete lock.packages[owner]?.optionalDependencies;
  for (const path of Object.keys(lock.packages))
    if (path.startsWith(`node_modules/${name}`)) delete lock.packages[path];
}

let added = 0;
for (const [owner, { dev, optionalDependencies = {} }] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (isLocked(owner, name)) continue;
    if (!/^\d+\.\d+\.\d+/.test(version)) continue;
    const words = name.replaceAll('win32', 'win32-').split(/[^a-z0-9]+/);
    const os = systems.filter((each) => words.includes(each));
    const cpu = processors.filter((each) => words.includes(each));
    if (os.length === 0 && cpu.length === 0) throw new Error(`for which platform is ${name}?`);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu.length > 0 && { cpu }),
      ...(dev && { dev }),
      optional: true,
      ...(os.length > 0 && { os }),
    };
    added += 1;
  }
}
const { '': root, ...packages } = lock.packages;
const sorted = Object.fromEntries(Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify({ ...lock, packages: { '': root, ...sorted } }, null, 2)}\n`);
process.stdout.write(`${added} packages of other platforms added to the lock\n`);

/** Where npm looks for a package: beside its owner, then upwards. */
function isLocked(owner: string, name: string): boolean {
  for (let folder = owner; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in lock.packages) return true;
    if (folder === '') return false;
  }
}
