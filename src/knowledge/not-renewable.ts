import { AppError } from '../errors.ts';
import type { NotRenewable } from '../store/commands/knowledge-versions.ts';

/** Why a document gets no next version, in words. Pure. */
export function notRenewable({ outcome }: NotRenewable): AppError {
  switch (outcome) {
    case 'gone':
      return new AppError('gone');
    case 'not_ready':
      return new AppError('conflict', { detail: 'This document is not ready. One that failed can be retried.' });
    case 'archive':
      return new AppError('conflict', {
        detail: 'An archive is not read again. Its files are documents of their own.',
      });
  }
}
