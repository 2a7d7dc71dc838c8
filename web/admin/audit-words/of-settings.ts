import type { ReactNode } from 'react';
import { inRow } from '../../i18n/in-row.ts';
import { productName } from '../../../src/contract/branding.ts';
import { onlyAdministratorsKey } from '../../../src/contract/sign-in-settings.ts';
import { rich, t } from '../../i18n/translate.ts';
import { countOf, listOf, numberOrNull, quoted, type SentencesOf, type Told, text } from './told.ts';

type Settings =
  | 'prices'
  | 'model_endpoint'
  | 'model'
  | 'hold'
  | 'retention'
  | 'announcement'
  | 'branding'
  | 'logo'
  | 'setting'
  | 'audit';

export const sentencesOfSettings: SentencesOf<Settings> = {
  'prices.put': ({ facts }) => {
    const currency = text(facts['currency']);
    const prices = listOf(facts['per_million']).join('; ');
    return prices === ''
      ? t('set the prices of models in {currency}: none', { currency })
      : t('set the prices of models in {currency}: {prices} for a million tokens in and out', { currency, prices });
  },
  'model_endpoint.added': ({ links, facts }) =>
    rich('added the model endpoint {it} at {origin}', { ...links, origin: text(facts['origin']) }),
  'model_endpoint.changed': endpointChanged,
  'model_endpoint.removed': ({ links }) => rich('removed the model endpoint {it} with its key', links),
  'model.default_set': ({ facts }) =>
    facts['model'] === 'built_in'
      ? t('made quotes from the documents the default model')
      : t('made {model} the default model', { model: text(facts['model']) }),
  'hold.placed': ({ record, links, personal }) => {
    const parts = { ...links, reason: quoted(personal['reason']) };
    return record.object.kind === 'user'
      ? rich('put a legal hold on the person {it}: {reason}', parts)
      : rich('put a legal hold on the session {it}: {reason}', parts);
  },
  'hold.released': ({ record, links, personal }) => {
    const parts = { ...links, reason: quoted(personal['reason']) };
    return record.object.kind === 'user'
      ? rich('released the legal hold on the person {it}: {reason}', parts)
      : rich('released the legal hold on the session {it}: {reason}', parts);
  },
  'retention.put': ({ record, facts }) =>
    t(
      'set that {what, select, sessions {sessions are} imported {imported sessions are} temporary {temporary sessions are} session_bin {deleted sessions are} document_bin {deleted corpora and documents are} document_accesses {openings of documents are} audit_personal {names, addresses and reasons in the audit log are} other {something is}} kept {days, plural, =0 {for ever} one {for # day} other {for # days}}, before: {was, plural, =0 {for ever} one {for # day} other {for # days}}',
      { what: ruledBy(record), days: daysOf(facts['keep_days']), was: daysOf(facts['was']) },
    ),
  'retention.swept': ({ record, facts }) =>
    t(
      'erased {rows, plural, one {# row} other {# rows}} by a rule: {what, select, sessions {sessions are} imported {imported sessions are} temporary {temporary sessions are} session_bin {deleted sessions are} document_bin {deleted corpora and documents are} document_accesses {openings of documents are} audit_personal {names, addresses and reasons in the audit log are} other {something is}} kept {days, plural, =0 {for ever} one {for # day} other {for # days}}',
      { rows: countOf(facts['rows']), what: ruledBy(record), days: daysOf(facts['keep_days']) },
    ),
  'announcement.put': ({ personal }) => t('announced {text}', { text: quoted(personal['text']) }),
  'announcement.removed': () => t('took the announcement away'),
  'branding.put': ({ facts, personal }) => {
    const name = facts['is_named'] === true ? quoted(personal['name']) : quoted(productName);
    const { accent } = facts;
    return typeof accent === 'string'
      ? t('set the installation’s name to {name} and its colour to {accent}', { name, accent })
      : t('set the installation’s name to {name} and its colour to what it comes with', { name });
  },
  'logo.put': ({ facts }) =>
    t('set a logo of {width} × {height} pixels', { width: text(facts['width']), height: text(facts['height']) }),
  'logo.removed': () => t('took the logo away'),
  'setting.changed': ({ record, links, facts }) => {
    if (record.object.id !== onlyAdministratorsKey) return rich('changed the setting {it}', links);
    return facts['value'] === true
      ? t('let only administrators sign in with a password')
      : t('let everybody sign in with a password');
  },
  'audit.exported': ({ facts }) =>
    facts['format'] === 'csv' ? t('exported the audit log as CSV') : t('exported the audit log as JSON lines'),
};

function endpointChanged({ links, facts: { is_moved, is_other_key, has_key, origin } }: Told): ReactNode {
  const changes = [
    ...(is_moved === true ? [t('now at {origin}', { origin: text(origin) })] : []),
    ...(is_other_key === true ? [has_key === true ? t('with another key') : t('without a key')] : []),
  ];
  return changes.length === 0
    ? rich('changed the model endpoint {it}', links)
    : rich('changed the model endpoint {it} ({changes})', { ...links, changes: inRow(changes) });
}

const ruledBy = ({ object }: Told['record']) => object.id.replace('retention.', '');

/** 0 for what is kept for ever. */
const daysOf = (days: unknown) => numberOrNull(days) ?? 0;
