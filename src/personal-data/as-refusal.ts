import { AppError } from '../errors.ts';
import { ImportFault } from './import-fault.ts';

/** A fault of the archive as a whole, told as the refusal of the import.
 *  @throws AppError not_an_export */
export async function asRefusal<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImportFault) throw new AppError('not_an_export', { detail: error.message });
    throw error;
  }
}
