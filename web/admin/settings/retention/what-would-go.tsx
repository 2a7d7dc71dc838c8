import type { RetentionPreview } from '../../../../src/contract/retention.ts';
import { Moment } from '../../../ui/moment.tsx';
import { retentionWords } from './retention-words.ts';

export function WhatWouldGo({ preview }: { preview: RetentionPreview }) {
  const { one, many } = retentionWords[preview.kind];
  if (preview.would_go === 0) return <p className="text-sm">Nothing would go now.</p>;
  return (
    <div className="rounded-xl bg-warn-soft p-3 text-sm">
      <p className="font-medium">
        {preview.would_go.toLocaleString()} {preview.would_go === 1 ? one : many} would go now.
      </p>
      {preview.oldest && (
        <p className="mt-0.5">
          The oldest is from <Moment at={preview.oldest} />.
        </p>
      )}
      {preview.people.length > 0 && (
        <table className="mt-2 w-full text-start">
          <caption className="sr-only">Whose it is, those with the most</caption>
          <thead>
            <tr>
              <th className="font-medium">Person</th>
              <th className="text-end font-medium">{many[0]?.toUpperCase() + many.slice(1)}</th>
            </tr>
          </thead>
          <tbody>
            {preview.people.map((person) => (
              <tr key={person.user_id}>
                <td className="pe-3 wrap-anywhere">{person.name}</td>
                <td className="text-end tabular-nums">{person.count.toLocaleString()}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
