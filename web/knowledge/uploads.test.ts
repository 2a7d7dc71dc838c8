import { expect, test } from 'vitest';
import { ApiError, unreachable } from '../api/errors.ts';
import type { NamedFile } from './dropped-files.ts';
import { summaryOf, Uploads, type UploadsOptions } from './uploads.ts';

const named = (path: string): NamedFile => ({ file: new File([path], path), path });

function refused(code: string, status: number): ApiError {
  return new ApiError({ status, code, title: code, detail: code });
}

/** Uploads whose sending a script decides; a pause is over at once. */
function given(send: (path: string, tries: number) => Promise<{ duplicate?: boolean }>) {
  const sent: string[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const options: UploadsOptions = {
    pause: async () => {},
    send: async (_corpusId, { path }) => {
      sent.push(path);
      atOnce += 1;
      mostAtOnce = Math.max(mostAtOnce, atOnce);
      try {
        await Promise.resolve();
        return await send(path, sent.filter((each) => each === path).length);
      } finally {
        atOnce -= 1;
      }
    },
  };
  const uploads = new Uploads(options);
  const settled = () =>
    expect.poll(() => uploads.getUploads().every(({ state }) => state !== 'waiting' && state !== 'sending')).toBe(true);
  return { uploads, sent, settled, mostAtOnce: () => mostAtOnce };
}

test('five hundred files are sent, two at a time, and their states are counted', async () => {
  const { uploads, settled, mostAtOnce } = given(async (path) => {
    if (path === '7.md') throw refused('unsupported_media_type', 415);
    return { duplicate: path === '8.md' };
  });
  uploads.add(
    'c',
    Array.from({ length: 500 }, (_, index) => named(`${index}.md`)),
  );
  await settled();
  expect(mostAtOnce()).toBe(2);
  expect(summaryOf(uploads.getUploads())).toEqual({
    files: 500,
    sent: 499,
    duplicates: 1,
    failed: 1,
    share: 1,
    isUnderWay: false,
  });
});

test('what a busy server or a lost network refuses is sent again, what is wrong with a file is not', async () => {
  const { uploads, sent, settled } = given(async (path, tries) => {
    if (path === 'busy.md' && tries < 3) throw refused('overloaded', 503);
    if (path === 'lost.md' && tries < 2) throw unreachable();
    if (path === 'big.pdf') throw refused('too_large', 413);
    return {};
  });
  uploads.add('c', [named('busy.md'), named('lost.md'), named('big.pdf')]);
  await settled();
  expect(uploads.getUploads().map(({ path, state }) => `${path} ${state}`)).toEqual([
    'busy.md done',
    'lost.md done',
    'big.pdf failed',
  ]);
  expect(sent.filter((path) => path === 'big.pdf')).toHaveLength(1);
});

test('a server that stays away ends the tries, and a retry begins anew', async () => {
  let isAway = true;
  const { uploads, sent, settled } = given(async () => {
    if (isAway) throw unreachable();
    return {};
  });
  uploads.add('c', [named('a.md')]);
  await settled();
  expect(sent).toHaveLength(12);
  expect(uploads.getUploads()).toMatchObject([{ state: 'failed', error: { code: 'unreachable' } }]);
  isAway = false;
  uploads.retry('c');
  await settled();
  expect(uploads.getUploads()).toMatchObject([{ state: 'done' }]);
  expect(uploads.getUploads()[0]).not.toHaveProperty('error');
});

test('clearing calls off what has not left, in that corpus alone', async () => {
  const { uploads, sent, settled } = given(async () => ({}));
  uploads.add('one', ['a', 'b', 'c', 'd'].map(named));
  uploads.add('two', [named('e')]);
  uploads.clear('one');
  await settled();
  expect(sent.toSorted()).toEqual(['a', 'b', 'e']);
});
