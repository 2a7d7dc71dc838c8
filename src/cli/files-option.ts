import { type FilesAddress, parseFilesUrl } from '../files-address.ts';
import { UsageError } from './usage-error.ts';

/** The S3-compatible store that an option names: its address, or `env` for that of PERDURE_FILES_URL; undefined without the option.
 *  @throws UsageError that does not repeat the address, for it holds a secret */
export function filesOption(
  env: Readonly<Record<string, string | undefined>>,
  value: string | undefined,
  { mayBeUnset = false }: { mayBeUnset?: boolean } = {},
): FilesAddress | undefined {
  if (value === undefined) return undefined;
  const text = value === 'env' ? env.PERDURE_FILES_URL : value;
  if (!text && mayBeUnset) return undefined;
  if (!text) throw new UsageError('PERDURE_FILES_URL is not set');
  try {
    return parseFilesUrl(text);
  } catch (error) {
    throw new UsageError(`the address of the store of files ${error instanceof Error ? error.message : ''}`);
  }
}
