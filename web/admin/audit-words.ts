import { productName } from '../../src/contract/branding.ts';
import { type AuditAction, type AuditedObject, type AuditRecord, auditAction } from '../../src/contract/audit.ts';
import { onlyAdministratorsKey } from '../../src/contract/sign-in-settings.ts';
import { keptWords } from '../retention/kept-words.ts';

/** What was done, in words that follow who did it: text, and the things that can be followed. */
export type Phrase = readonly (string | Named)[];
type Named = { object: AuditedObject; words: string };

/** Pure. */
export function auditPhrase(record: AuditRecord): Phrase {
  const { action, facts, personal } = record;
  const it: Named = { object: record.object, words: nameOf(record) };
  const other: Named | string = record.related
    ? { object: record.related, words: record.related.name ?? shortId(record.related.id) }
    : 'something';
  const known = auditAction.safeParse(action);
  if (!known.success) return [`did “${action}” to `, it];
  switch (known.data) {
    case 'user.created':
      return ['created the user ', it, ` as ${text(facts['role'])}`];
    case 'user.changed':
      return changesOfUser(record, it);
    case 'user.deleted':
      return ['deleted the user ', it];
    case 'user.signed_in':
      return [`signed in${from(personal)}${after(facts['failures_before'])}`];
    case 'user.signed_out':
      return ['signed out'];
    case 'user.sign_in_refused':
      return [
        'refused sign-ins to ',
        record.object.id === 'unknown' ? 'a username nobody has' : it,
        `${from(personal)}${after(facts['failures'])}`,
      ];
    case 'user.password_changed':
      return ['changed the password'];
    case 'user.reset_offered':
      return ['made a link for a new password of ', it];
    case 'user.reset_asked_for':
      return ['sent a link for a new password to ', it, `, asked for${from(personal)}`];
    case 'user.reset_not_mailed':
      return ['could not mail a link for a new password to ', it];
    case 'user.password_reset':
      return ['set a new password by a link'];
    case 'user.erasure_began':
      return erasureWords(record, it);
    case 'user.erased':
      return ['finished erasing the user ', it];
    case 'login.revoked':
      return [`ended ${counted(lengthOf(facts['login_ids']), 'sign-in')} of `, it];
    case 'api_key.created':
      return [`made the API key ${quoted(personal?.['name'])} of `, other];
    case 'api_key.revoked':
      return ['revoked an API key of ', other];
    case 'oidc.linked':
      return ['linked the account to the single sign-on'];
    case 'oidc.unlinked':
      return ['unlinked ', it, ' from the single sign-on'];
    case 'invitation.created':
      return [`invited ${named(personal?.['username'] ?? personal?.['email'])} as ${text(facts['role'])}`];
    case 'invitation.renewed':
      return ['made another link for an invitation'];
    case 'invitation.withdrawn':
      return ['withdrew an invitation'];
    case 'invitation.accepted':
      return [`accepted an invitation as ${text(facts['role'])}`];
    case 'second_factor.turned_on':
      return ['turned on an authenticator app'];
    case 'second_factor.turned_off':
      return ['turned off the authenticator app'];
    case 'second_factor.codes_renewed':
      return ['made new recovery codes'];
    case 'second_factor.removed':
      return ['removed the authenticator app of ', it];
    case 'second_factor.required':
      return [requiredWords(facts['roles'])];
    case 'budget.put':
      return ['set the budget of ', budgetOf(record, it), `: ${limitWords(facts)}`];
    case 'budget.removed':
      return ['took away the budget of ', budgetOf(record, it)];
    case 'group.created':
      return ['created the group ', it];
    case 'group.renamed':
      return [`renamed the group “${text(facts['was'])}” to “${text(facts['name'])}”: `, it];
    case 'group.deleted':
      return ['deleted the group ', it];
    case 'group.member_added':
      return ['added ', other, ' to the group ', it];
    case 'group.member_removed':
      return ['removed ', other, ' from the group ', it];
    case 'grant.put': {
      const was = facts['was'] === undefined ? '' : `, before: ${text(facts['was'])}`;
      return ['granted ', other, ' to the group ', it, ` (${text(facts['level'])}${was})`];
    }
    case 'grant.removed':
      return ['took ', other, ' away from the group ', it];
    case 'agent.created':
      return [record.actor === null ? 'brought the agent ' : 'made the agent ', it];
    case 'agent.changed':
      return record.actor === null
        ? ['updated the agent ', it]
        : ['saved the agent ', it, ` as version ${text(facts['version'])}`];
    case 'agent.restored':
      return [`brought version ${text(facts['restored'])} of the agent `, it, ' back'];
    case 'agent.switched_on':
      return ['switched the agent ', it, ' on'];
    case 'agent.switched_off':
      return ['switched the agent ', it, ' off'];
    case 'agent.deleted':
      return ['deleted the agent ', it];
    case 'agent.tested':
      return ['began a test of an agent in ', it];
    case 'agent.corpora_set':
      return lengthOf(facts['corpora']) === 0
        ? ['took the default corpora away from the agent ', it]
        : ['set the default corpora of the agent ', it, ` (${lengthOf(facts['corpora'])})`];
    case 'agent.defaults_set':
      return lengthOf(facts['defaults']) === 0
        ? ['took all default agents away']
        : ['set the default agents', ` (${lengthOf(facts['defaults'])})`];
    case 'corpus.created':
      return ['created the corpus ', it];
    case 'corpus.changed':
      return corpusChanged(record, it);
    case 'corpus.given':
      return ['gave the corpus ', it, ' to ', other];
    case 'corpus.deleted':
      return ['deleted the corpus ', it, ` with ${counted(facts['documents'], 'document')}`];
    case 'corpus.restored':
      return ['restored the corpus ', it, ` with ${counted(facts['documents'], 'document')}`];
    case 'corpus.purged':
      return ['deleted the corpus ', it, ' for good'];
    case 'document.added':
      return ['added the document ', it, fromAddress(personal), ' to ', other];
    case 'document.retried':
      return ['had the document ', it, ' read again in ', other];
    case 'document.reprocessed':
      return ['had the document ', it, ` read anew as version ${text(facts['version'])} in `, other];
    case 'document.tagged':
      return ['changed the tags of the document ', it, taggedWords(personal), ' in ', other];
    case 'document.replaced':
      return ['gave the document ', it, ` another original, version ${text(facts['version'])}, in `, other];
    case 'document.fetched_again':
      return ['had the document ', it, fromAddress(personal), ' fetched again in ', other];
    case 'document.cancelled':
      return ['stopped the reading of the document ', it, ' in ', other];
    case 'document.deleted':
      return ['deleted the document ', it, ' from ', other];
    case 'document.restored':
      return ['restored the document ', it, ' to ', other];
    case 'document.purged':
      return ['deleted the document ', it, ' from ', other, ' for good'];
    case 'evaluation.questions_kept':
      return personal?.['question'] === undefined
        ? [`kept ${counted(facts['questions'], 'evaluation question')} for `, it]
        : [`kept the evaluation question ${quoted(personal['question'])} for `, it];
    case 'evaluation.question_removed':
      return [`removed the evaluation question ${quoted(personal?.['question'])} of `, it];
    case 'evaluation.measured':
      return ['measured the search of ', it, ` with ${counted(facts['questions'], 'question')}`];
    case 'session.read':
      return ['read what was said in the session ', it, `, because: ${quoted(personal?.['reason'])}`];
    case 'session.shared':
      return ['let ', other, ` ${facts['level'] === 'write' ? 'read and write in' : 'read'} the session `, it];
    case 'session.unshared':
      return ['shared the session ', it, ' no more with ', other];
    case 'session.stopped':
      return [`stopped ${counted(facts['turns'], 'answer')} in the session `, it];
    case 'session.invalidated':
      return ['closed the session ', it];
    case 'session.imported':
      return ['brought back the session ', it, ` from an export, with ${counted(facts['turns'], 'question')}`];
    case 'session.exported':
      return ['exported the session ', it, ` ${exportWords[text(facts['format'])] ?? ''}`];
    case 'session_list.exported':
      return [
        'exported the list of sessions',
        ...(facts['user_id'] === undefined ? [] : [' of ', other]),
        `, status ${text(facts['status'])}${narrowed(facts)}`,
      ];
    case 'usage.exported':
      return [`exported a chart of use: ${usageWords(facts)}`];
    case 'prices.put':
      return [`set the prices of models in ${text(facts['currency'])}: ${priceWords(facts['per_million'])}`];
    case 'model_endpoint.added':
      return ['added the model endpoint ', it, ` at ${text(facts['origin'])}`];
    case 'model_endpoint.changed':
      return ['changed the model endpoint ', it, endpointWords(facts)];
    case 'model_endpoint.removed':
      return ['removed the model endpoint ', it, ' with its key'];
    case 'model.default_set':
      return [
        `made ${facts['model'] === 'built_in' ? 'quotes from the documents' : text(facts['model'])} the default model`,
      ];
    case 'hold.placed':
      return [
        `put a legal hold on the ${record.object.kind === 'user' ? 'person' : 'session'} `,
        it,
        because(personal),
      ];
    case 'hold.released':
      return [
        `released the legal hold on the ${record.object.kind === 'user' ? 'person' : 'session'} `,
        it,
        because(personal),
      ];
    case 'retention.put':
      return [
        `set that ${ruleWords(record)} kept ${daysWords(facts['keep_days'])}, before: ${daysWords(facts['was'])}`,
      ];
    case 'retention.swept':
      return [
        `erased ${counted(facts['rows'], 'row')} by a rule: ${ruleWords(record)} kept ${daysWords(facts['keep_days'])}`,
      ];
    case 'session.expired':
      return ['erased the session ', it, ` by a rule: kept ${daysWords(facts['keep_days'])}`];
    case 'announcement.put':
      return [`announced ${quoted(personal?.['text'])}`];
    case 'announcement.removed':
      return ['took the announcement away'];
    case 'branding.put':
      return [
        `set the installation’s name to ${facts['is_named'] === true ? quoted(personal?.['name']) : quoted(productName)} and its colour to ${typeof facts['accent'] === 'string' ? facts['accent'] : 'what it comes with'}`,
      ];
    case 'logo.put':
      return [`set a logo of ${text(facts['width'])} × ${text(facts['height'])} pixels`];
    case 'logo.removed':
      return ['took the logo away'];
    case 'setting.changed':
      if (record.object.id === onlyAdministratorsKey) {
        return [`let ${facts['value'] === true ? 'only administrators' : 'everybody'} sign in with a password`];
      }
      return ['changed the setting ', it];
    case 'account.exported':
      return ['exported what is stored of them'];
    case 'audit.exported':
      return [`exported the audit log as ${facts['format'] === 'csv' ? 'CSV' : 'JSON lines'}`];
  }
}

const because = (personal: AuditRecord['personal']) => `: ${quoted(personal?.['reason'])}`;

const keptKinds: Readonly<Record<string, string>> = {
  sessions: 'sessions are',
  imported: 'imported sessions are',
  temporary: 'temporary sessions are',
  session_bin: 'deleted sessions are',
  document_bin: 'deleted corpora and documents are',
  document_accesses: 'openings of documents are',
  audit_personal: 'names, addresses and reasons in the audit log are',
};

const ruleWords = ({ object }: AuditRecord) => keptKinds[object.id.replace('retention.', '')] ?? 'something is';

const daysWords = (days: unknown) => keptWords(typeof days === 'number' ? days : null);

const exportWords: Readonly<Record<string, string>> = {
  json: 'as JSON',
  markdown: 'as Markdown',
  page: 'to print it or save it as PDF',
};
function usageWords({ chart, by, from, to }: AuditRecord['facts']): string {
  const days = [from === undefined ? '' : `from ${text(from)}`, to === undefined ? '' : `to ${text(to)}`];
  return [text(chart).replace('_', ' '), `by ${text(by)}`, ...days].filter(Boolean).join(' ');
}

function endpointWords({ is_moved, is_other_key, has_key, origin }: AuditRecord['facts']): string {
  const parts = [
    ...(is_moved === true ? [`now at ${text(origin)}`] : []),
    ...(is_other_key === true ? [has_key === true ? 'with another key' : 'without a key'] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function priceWords(prices: unknown): string {
  return Array.isArray(prices) && prices.length > 0 ? `${prices.join('; ')} for a million tokens in and out` : 'none';
}

function narrowed({ agent_id, searched }: AuditRecord['facts']): string {
  const parts = [
    ...(agent_id === undefined ? [] : [`the agent ${text(agent_id)}`]),
    ...(searched === undefined ? [] : ['a search']),
  ];
  return parts.length === 0 ? '' : `, narrowed to ${parts.join(' and ')}`;
}

function fromAddress(personal: AuditRecord['personal']): string {
  return personal?.['address'] === undefined ? '' : ` from ${text(personal['address'])}`;
}

/** “ (added “A”, “B”; removed “C”)”. */
function taggedWords(personal: AuditRecord['personal']): string {
  const parts = [...listed('added', personal?.['added']), ...listed('removed', personal?.['removed'])];
  return parts.length > 0 ? ` (${parts.join('; ')})` : '';
}

function changesOfUser({ facts, personal }: AuditRecord, it: Named): Phrase {
  const { role, is_active, password_changed, display_name_changed, email_changed } = facts;
  const parts = [
    ...(role === undefined ? [] : [`role ${text(role)}`]),
    ...(is_active === undefined ? [] : [is_active === true ? 'activated' : 'deactivated']),
    ...(password_changed === true ? ['a new password'] : []),
    ...(display_name_changed === true ? [`display name ${quoted(personal?.['display_name'])}`] : []),
    ...(email_changed === true ? [addressWords(personal)] : []),
  ];
  if (parts.length > 1) return ['changed the user ', it, `: ${parts.join(', ')}`];
  if (role !== undefined) return ['made ', it, ` ${role === 'administrator' ? 'an' : 'a'} ${text(role)}`];
  if (is_active !== undefined) return [is_active === true ? 'activated ' : 'deactivated ', it];
  if (password_changed === true) return ['set a new password for ', it];
  if (email_changed === true) return ['changed the user ', it, `: ${addressWords(personal)}`];
  return ['changed the display name of ', it, ` to ${quoted(personal?.['display_name'])}`];
}

function corpusChanged({ facts, personal }: AuditRecord, it: Named): Phrase {
  const { archived, description_changed, tags } = facts;
  const isOther = archived !== undefined || description_changed === true || tags !== undefined;
  const parts = [
    ...(personal?.['was'] !== undefined || !isOther
      ? [`renamed from ${quoted(personal?.['was'])} to ${quoted(personal?.['name'])}`]
      : []),
    ...(description_changed === true ? ['a new description'] : []),
    ...(tags === undefined ? [] : [tagWords(personal)]),
    ...(archived === undefined ? [] : [archived === true ? 'archived' : 'brought back from the archive']),
  ];
  if (parts.length > 1) return ['changed the corpus ', it, `: ${parts.join(', ')}`];
  if (archived === true) return ['archived the corpus ', it];
  if (archived === false) return ['brought the corpus ', it, ' back from the archive'];
  if (description_changed === true) return ['changed the description of the corpus ', it];
  if (tags !== undefined) return ['changed the corpus ', it, `: ${tagWords(personal)}`];
  return [`renamed the corpus ${quoted(personal?.['was'])} to ${quoted(personal?.['name'])}: `, it];
}

function tagWords(personal: AuditRecord['personal']): string {
  const tags = personal?.['tags'];
  if (!Array.isArray(tags)) return 'tags (erased)';
  return tags.length === 0 ? 'no tags' : `tags ${tags.map(quoted).join(', ')}`;
}

const addressWords = (personal: AuditRecord['personal']) =>
  personal !== null && personal['email'] === null ? 'no mail address' : `mail address ${quoted(personal?.['email'])}`;

/** Its name of this moment, else the one it had when it was recorded, else its id. */
function nameOf({ object, facts, personal }: AuditRecord): string {
  const recorded =
    object.kind === 'user' ? personal?.['username'] : (personal?.['title'] ?? personal?.['name'] ?? facts['name']);
  if (object.name !== null) return object.name;
  if (typeof recorded === 'string') return recorded;
  return object.kind === 'setting' ? object.id : shortId(object.id);
}

/** People erase themselves, or are erased. */
function erasureWords({ actor, object, facts }: AuditRecord, it: Named): Phrase {
  const what = facts['corpora'] === 'erase' ? ', with the corpora they own' : '';
  return actor?.id === object.id ? [`erased their own account${what}`] : ['had the user ', it, ` erased${what}`];
}

/** A budget is of everybody, or of the user or group that the record is about. */
const budgetOf = ({ object }: AuditRecord, it: Named) => (object.kind === 'budget' ? 'everybody' : it);

function limitWords({ turns_per_day: turns, tokens_per_day: tokens }: AuditRecord['facts']): string {
  const parts = [
    ...(typeof turns === 'number' ? [counted(turns, 'message')] : []),
    ...(typeof tokens === 'number' ? [counted(tokens, 'token')] : []),
  ];
  return parts.length > 0 ? `${parts.join(' and ')} a day` : 'without limits';
}

function requiredWords(roles: unknown): string {
  const named = Array.isArray(roles) ? roles.join(', ') : '';
  return named === '' ? 'requires an authenticator app of nobody' : `requires an authenticator app of: ${named}`;
}

const listed = (verb: string, all: unknown) =>
  Array.isArray(all) && all.length > 0 ? [`${verb} ${all.map(quoted).join(', ')}`] : [];
const lengthOf = (list: unknown) => (Array.isArray(list) ? list.length : 0);
const named = (username: unknown) => (typeof username === 'string' ? username : 'somebody');
const shortId = (id: string) => (id.length > 20 ? id.slice(0, 8) : id);
const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '?');
const quoted = (value: unknown) => (typeof value === 'string' ? `“${value}”` : '(erased)');
const from = (personal: AuditRecord['personal']) =>
  typeof personal?.['address'] === 'string' && personal['address'] !== '' ? ` from ${personal['address']}` : '';
const after = (failures: unknown) =>
  typeof failures === 'number' ? ` after ${counted(failures, 'wrong password')}` : '';

function counted(count: unknown, one: string): string {
  const n = typeof count === 'number' ? count : 0;
  return `${n.toLocaleString()} ${one}${n === 1 ? '' : 's'}`;
}

/** What the filter calls each action. */
export const actionWords: Readonly<Record<AuditAction, string>> = {
  'user.created': 'User created',
  'user.changed': 'User changed',
  'user.deleted': 'User deleted',
  'user.signed_in': 'Signed in',
  'user.signed_out': 'Signed out',
  'user.sign_in_refused': 'Sign-ins refused',
  'user.password_changed': 'Password changed',
  'user.reset_offered': 'Link for a new password',
  'user.reset_asked_for': 'Forgotten password',
  'user.reset_not_mailed': 'Link not mailed',
  'user.password_reset': 'Password set by a link',
  'user.erasure_began': 'Erasing began',
  'user.erased': 'User erased',
  'login.revoked': 'Sign-ins ended',
  'api_key.created': 'API key made',
  'api_key.revoked': 'API key revoked',
  'oidc.linked': 'Single sign-on linked',
  'oidc.unlinked': 'Single sign-on unlinked',
  'invitation.created': 'Invited',
  'invitation.renewed': 'Invitation renewed',
  'invitation.withdrawn': 'Invitation withdrawn',
  'invitation.accepted': 'Invitation accepted',
  'second_factor.turned_on': 'Authenticator app on',
  'second_factor.turned_off': 'Authenticator app off',
  'second_factor.codes_renewed': 'New recovery codes',
  'second_factor.removed': 'Authenticator app removed',
  'second_factor.required': 'Authenticator app required',
  'budget.put': 'Budget set',
  'budget.removed': 'Budget taken away',
  'group.created': 'Group created',
  'group.renamed': 'Group renamed',
  'group.deleted': 'Group deleted',
  'group.member_added': 'Member added',
  'group.member_removed': 'Member removed',
  'grant.put': 'Granted',
  'grant.removed': 'Grant taken away',
  'agent.created': 'Agent made',
  'agent.changed': 'Agent changed',
  'agent.restored': 'Agent’s version restored',
  'agent.switched_on': 'Agent switched on',
  'agent.switched_off': 'Agent switched off',
  'agent.deleted': 'Agent deleted',
  'agent.tested': 'Agent tested',
  'agent.corpora_set': 'Agent’s corpora set',
  'agent.defaults_set': 'Default agents set',
  'corpus.created': 'Corpus created',
  'corpus.changed': 'Corpus changed',
  'corpus.given': 'Corpus given to another owner',
  'corpus.deleted': 'Corpus deleted',
  'corpus.restored': 'Corpus restored',
  'corpus.purged': 'Corpus deleted for good',
  'document.added': 'Document added',
  'document.retried': 'Document read again',
  'document.reprocessed': 'Document’s next version read',
  'document.tagged': 'Document tagged',
  'document.replaced': 'Document’s original replaced',
  'document.fetched_again': 'Document fetched again',
  'document.cancelled': 'Document’s reading cancelled',
  'evaluation.questions_kept': 'Evaluation questions kept',
  'evaluation.question_removed': 'Evaluation question removed',
  'evaluation.measured': 'Search measured',
  'document.deleted': 'Document deleted',
  'document.restored': 'Document restored',
  'document.purged': 'Document deleted for good',
  'session.read': 'Session read',
  'session.shared': 'Session shared',
  'session.unshared': 'Session shared no more',
  'session.stopped': 'Answers stopped',
  'session.invalidated': 'Session closed',
  'session.imported': 'Session brought back',
  'session.exported': 'Session exported',
  'session_list.exported': 'List of sessions exported',
  'usage.exported': 'Usage exported',
  'prices.put': 'Model prices set',
  'model_endpoint.added': 'Model endpoint added',
  'model_endpoint.changed': 'Model endpoint changed',
  'model_endpoint.removed': 'Model endpoint removed',
  'model.default_set': 'Default model chosen',
  'hold.placed': 'Legal hold placed',
  'hold.released': 'Legal hold released',
  'retention.put': 'Rule of retention set',
  'retention.swept': 'Erased by a rule',
  'session.expired': 'Session erased by a rule',
  'announcement.put': 'Announced',
  'announcement.removed': 'Announcement taken away',
  'branding.put': 'Name and colour set',
  'logo.put': 'Logo set',
  'logo.removed': 'Logo taken away',
  'setting.changed': 'Setting changed',
  'audit.exported': 'Audit log exported',
  'account.exported': 'Account exported',
};
