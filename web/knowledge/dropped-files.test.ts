import { expect, test } from 'vitest';
import { chosenFiles, droppedFiles } from './dropped-files.ts';

const file = (name: string) => new File([name], name);

/** An entry as a browser gives it: folders hand out two at a time. */
function entry(path: string, inside?: object[]): object {
  const name = path.split('/').at(-1) ?? '';
  if (!inside) {
    return {
      name,
      fullPath: path,
      isFile: true,
      isDirectory: false,
      file: (give: (each: File) => void) => give(file(name)),
    };
  }
  return {
    name,
    fullPath: path,
    isFile: false,
    isDirectory: true,
    createReader() {
      const left = [...inside];
      return { readEntries: (give: (some: object[]) => void) => give(left.splice(0, 2)) };
    },
  };
}

function drop(entries: object[]): Pick<DataTransfer, 'items' | 'files'> {
  const items = entries.map((each) => ({ webkitGetAsEntry: () => each }));
  return { items, files: [] } as unknown as Pick<DataTransfer, 'items' | 'files'>;
}

test('a dropped folder gives all its files with where they stand, without what systems leave there', async () => {
  const dropped = await droppedFiles(
    drop([
      entry('/rules', [
        entry('/rules/a.md'),
        entry('/rules/.DS_Store'),
        entry('/rules/old', [entry('/rules/old/b.pdf'), entry('/rules/old/c.txt'), entry('/rules/old/d.txt')]),
        entry('/rules/.git', [entry('/rules/.git/config')]),
        entry('/rules/Thumbs.db'),
      ]),
      entry('/single.md'),
    ]),
  );
  expect(dropped.map(({ path }) => path)).toEqual([
    'rules/a.md',
    'rules/old/b.pdf',
    'rules/old/c.txt',
    'rules/old/d.txt',
    'single.md',
  ]);
  expect(dropped[0]?.file.name).toBe('a.md');
});

test('a browser that gives no entries gives its files', async () => {
  const given = { items: [{ webkitGetAsEntry: () => null }], files: [file('a.md')] };
  const dropped = await droppedFiles(given as unknown as Pick<DataTransfer, 'items' | 'files'>);
  expect(dropped.map(({ path }) => path)).toEqual(['a.md']);
});

test('a chosen folder gives its files with where they stand, a chosen file its name', () => {
  const inFolder = (path: string) =>
    Object.defineProperty(file(path.split('/').at(-1) ?? ''), 'webkitRelativePath', { value: path });
  const chosen = chosenFiles([inFolder('rules/old/b.pdf'), inFolder('rules/.hidden/c.md'), file('a.md')]);
  expect(chosen.map(({ path }) => path)).toEqual(['rules/old/b.pdf', 'a.md']);
});
