import type { RetentionPreview } from '../../../../src/contract/retention.ts';
import { number } from '../../../i18n/numbers.ts';
import { rich, t } from '../../../i18n/translate.ts';
import { Moment } from '../../../ui/moment.tsx';
import { retentionWords } from './retention-words.ts';

export function WhatWouldGo({ preview }: { preview: RetentionPreview }) {
  const { many, wouldGo } = retentionWords[preview.kind];
  if (preview.would_go === 0) return <p className="text-sm">{t('Nothing would go now.')}</p>;
  return (
    <div className="rounded-xl bg-warn-soft p-3 text-sm">
      <p className="font-medium">{wouldGo({ count: preview.would_go })}</p>
      {preview.oldest && (
        <p className="mt-0.5">{rich('The oldest is from {when}.', { when: <Moment at={preview.oldest} /> })}</p>
      )}
      {preview.people.length > 0 && (
        <table className="mt-2 w-full text-start">
          <caption className="sr-only">{t('Whose it is, those with the most')}</caption>
          <thead>
            <tr>
              <th className="font-medium">{t('Person')}</th>
              <th className="text-end font-medium">{many}</th>
            </tr>
          </thead>
          <tbody>
            {preview.people.map((person) => (
              <tr key={person.user_id}>
                <td className="pe-3 wrap-anywhere">{person.name}</td>
                <td className="text-end tabular-nums">{number(person.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
