import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditAnchor, auditAnchor } from '../../contract/audit.ts';

const currentName = 'audit-anchors.jsonl';
const anyName = /^audit-anchors(?:\.[\w-]+)?\.jsonl$/;
/** Some 8,000 anchors, a year of ordinary work; then the file is put aside. */
const maxFileBytes = 1024 * 1024;
/** Files put aside; beyond, the oldest is removed. */
const maxOldFiles = 8;
/** More than a line can be. */
const tailBytes = 4_096;

/** An anchor as verify looks at it: where it stands, and what it says; nothing when the line is not whole. */
export type AnchorLine = { where: string; anchor: AuditAnchor | undefined };

/** Every anchor in a data directory, oldest first. */
export async function readAnchors(folder: string): Promise<AnchorLine[]> {
  const lines: AnchorLine[] = [];
  for (const name of await anchorNames(folder)) {
    const text = await readFile(join(folder, name), 'utf8');
    for (const [index, line] of text.split('\n').entries()) {
      if (line !== '') lines.push({ where: `${name} line ${index + 1}`, anchor: parseAnchor(line) });
    }
  }
  return lines;
}

/** The newest anchor; undefined when there is none, or its line was cut off by a power failure. */
export async function lastAnchor(folder: string): Promise<AuditAnchor | undefined> {
  const tail = await readTail(join(folder, currentName));
  return parseAnchor(tail.trimEnd().split('\n').at(-1) ?? '');
}

/** Resolves once the anchor is on the disk. */
export async function appendAnchor(folder: string, anchor: AuditAnchor): Promise<void> {
  const path = join(folder, currentName);
  const tail = await readTail(path);
  const start = tail === '' || tail.endsWith('\n') ? '' : '\n';
  const file = await open(path, 'a', 0o600);
  try {
    await file.appendFile(`${start}${JSON.stringify(anchor)}\n`);
    await file.sync();
    if ((await file.stat()).size < maxFileBytes) return;
  } finally {
    await file.close();
  }
  // The name holds the time: two processes that do it at once lose nothing.
  await rename(path, join(folder, `audit-anchors.${anchor.at.replaceAll(/[:.]/g, '-')}.jsonl`));
  const old = (await anchorNames(folder)).filter((name) => name !== currentName);
  for (const name of old.slice(0, -maxOldFiles)) await rm(join(folder, name), { force: true });
}

function parseAnchor(line: string): AuditAnchor | undefined {
  try {
    return auditAnchor.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Those put aside by their time, then the current one. */
async function anchorNames(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => anyName.test(name));
  return names.toSorted((a, b) => Number(a === currentName) - Number(b === currentName) || (a < b ? -1 : 1));
}

async function readTail(path: string): Promise<string> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const length = Math.min(size, tailBytes);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}
