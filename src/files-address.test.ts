import { expect, test } from 'vitest';
import { nameOfFiles, parseFilesUrl } from './files-address.ts';

test('an address names host, bucket, folders, region and key', () => {
  expect(
    parseFilesUrl('https://KEY:a%2Fb%40c@s3.example.org:9000/team-files/perdure/originals?region=eu-west-1'),
  ).toEqual({
    origin: 'https://s3.example.org:9000',
    bucket: 'team-files',
    prefix: 'perdure/originals/',
    region: 'eu-west-1',
    accessKeyId: 'KEY',
    secretAccessKey: 'a/b@c',
  });
  expect(parseFilesUrl('http://KEY:secret@10.0.0.1/files')).toMatchObject({ prefix: '', region: 'us-east-1' });
  expect(parseFilesUrl('http://KEY:secret@10.0.0.1/files/')).toMatchObject({ bucket: 'files', prefix: '' });
});

test('its name holds no key', () => {
  expect(nameOfFiles(parseFilesUrl('https://KEY:secret@s3.example.org/files/here'))).toBe(
    'https://s3.example.org/files/here',
  );
  expect(nameOfFiles(parseFilesUrl('https://KEY:secret@s3.example.org/files'))).toBe('https://s3.example.org/files');
});

test.each([
  ['nonsense', 'must be an address'],
  ['ftp://KEY:secret@host/files', 'must begin with'],
  ['https://host/files', 'must name a key and its secret'],
  ['https://KEY@host/files', 'must name a key and its secret'],
  ['https://KEY:secret@host', 'must name a bucket'],
  ['https://KEY:secret@host/a', 'must name a bucket'],
  ['https://KEY:secret@host/files//here', 'in what follows the bucket'],
  ['https://KEY:secret@host/files/%2e%2e%2f', 'in what follows the bucket'],
  ['https://KEY:secret@host/files/a b', 'in what follows the bucket'],
  ['https://KEY:secret@host/files?tls=0', 'nothing after the bucket and its folders but ?region='],
  ['https://KEY:secret@host/files#here', 'nothing after the bucket and its folders but ?region='],
  ['https://KEY:secret@host/files?region=EU!', 'names a region'],
  ['https://KEY:sec%ret@host/files', 'write it as %25'],
])('%s is refused, and nothing of it is repeated', (text, words) => {
  let message = '';
  try {
    parseFilesUrl(text);
  } catch (error) {
    message = error instanceof Error ? error.message : '';
  }
  expect(message).toContain(words);
  expect(message).not.toContain('secret@');
});
