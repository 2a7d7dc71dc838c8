/** What each of them is answered. `stranger` and `curator` are signed in and have nothing to do with the object; `owner` made it (and is
 *  a curator, as who makes a corpus must be); `administrator` is another person still. `suspended` was the owner's equal and may no longer
 *  sign in; `signedOut` comes with the token of a login that was ended. */
export type Cells = Readonly<Record<(typeof columns)[number]['who'], number>>;

/** The columns in the order they are printed. */
export const columns = [
  { who: 'anonymous', title: 'nobody' },
  { who: 'signedOut', title: 'signed out' },
  { who: 'suspended', title: 'suspended' },
  { who: 'stranger', title: 'other member' },
  { who: 'curator', title: 'other curator' },
  { who: 'owner', title: 'owner' },
  { who: 'administrator', title: 'administrator' },
] as const;

/** Who is nobody: without a login, or with one that ended. */
const nobody = (status: number) => ({ anonymous: status, signedOut: status, suspended: status });
const anybody = (status: number): Cells => ({
  ...nobody(status),
  stranger: status,
  curator: status,
  owner: status,
  administrator: status,
});
const signedIn = (status: number): Cells => ({ ...anybody(status), ...nobody(401) });
/** Nobody else's, an administrator's neither: the same answer as for one that does not exist. */
const ownersAlone = (status: number): Cells => ({
  ...nobody(401),
  stranger: 404,
  curator: 404,
  owner: status,
  administrator: 404,
});
const administratorsAlone = (status: number): Cells => ({
  ...nobody(401),
  stranger: 403,
  curator: 403,
  owner: 403,
  administrator: status,
});
const curatorsAlone = (status: number): Cells => ({ ...signedIn(status), stranger: 403 });
/** Everybody may read a corpus until its grants say otherwise; its owner and administrators may change it. */
const changesOfCorpus = (status: number): Cells => ({
  ...nobody(401),
  stranger: 403,
  curator: 403,
  owner: status,
  administrator: status,
});

/** Whoever is signed in may try; a wrong password or code changes nothing. What a right one does stands in second-factor.test.ts. */
const signedInButRefused: Cells = signedIn(403);

/** Every route of the API, by method and path, and every stream: reviewed by hand, never computed from what decides. */
export const accessMatrix: Readonly<Record<string, Cells>> = {
  'post /api/auth/login': anybody(200),
  'post /api/auth/logout': signedIn(204),
  'get /api/auth/me': signedIn(200),
  'post /api/auth/login/second-factor': anybody(200),
  'get /api/account/second-factor': signedIn(200),
  'post /api/account/second-factor/begin': signedInButRefused,
  'post /api/account/second-factor/confirm': signedInButRefused,
  'post /api/account/second-factor/recovery-codes': signedInButRefused,
  'post /api/account/second-factor/turn-off': signedInButRefused,
  'get /api/auth/methods': anybody(200),
  'get /api/auth/oidc/start': anybody(302),
  'get /api/auth/oidc/callback': anybody(302),
  'get /api/account/oidc': signedIn(200),
  'post /api/account/oidc/link': signedInButRefused,
  'post /api/account/oidc/unlink': signedInButRefused,
  'get /api/admin/users/{id}/oidc': administratorsAlone(200),
  'delete /api/admin/users/{id}/oidc': administratorsAlone(204),
  'post /api/auth/links/check': anybody(200),
  'post /api/auth/invitations/accept': anybody(201),
  'post /api/auth/resets/use': anybody(200),
  'post /api/auth/resets/ask': anybody(202),

  // Asked with a wrong current password.
  'post /api/account/password': signedIn(403),
  'get /api/account/logins': signedIn(200),
  'delete /api/account/logins': signedIn(200),
  'delete /api/account/logins/{id}': ownersAlone(204),
  'post /api/account/keys': signedIn(201),
  'get /api/account/keys': signedIn(200),
  'delete /api/account/keys/{id}': ownersAlone(204),

  'post /api/sessions': signedIn(201),
  'get /api/sessions': signedIn(200),
  'get /api/sessions/{id}': ownersAlone(200),
  'patch /api/sessions/{id}': ownersAlone(200),
  'delete /api/sessions/{id}': ownersAlone(204),
  'post /api/sessions/{id}/turns': ownersAlone(202),
  'post /api/sessions/{id}/turns/{turn_id}/stop': ownersAlone(202),
  'post /api/sessions/{id}/fork': ownersAlone(201),
  'get /api/sessions/{id}/feedback': ownersAlone(200),
  'put /api/sessions/{id}/turns/{turn_id}/feedback': ownersAlone(200),
  'delete /api/sessions/{id}/turns/{turn_id}/feedback': ownersAlone(204),
  'post /api/sessions/{id}/chat': ownersAlone(200),
  'get /api/sessions/{id}/events': ownersAlone(200),
  'stream /api/sessions/{id}/events': ownersAlone(200),
  'get /api/sessions/{id}/snapshot': ownersAlone(200),
  'get /api/sessions/{id}/history': ownersAlone(200),
  'get /api/sessions/{id}/reads': ownersAlone(200),
  'get /api/sessions/{id}/export': ownersAlone(200),
  'get /api/feed': signedIn(200),
  'stream /api/feed': signedIn(200),

  'get /api/agents': signedIn(200),
  'get /api/status': signedIn(200),

  'post /api/corpora': curatorsAlone(201),
  'get /api/corpora': signedIn(200),
  'get /api/corpora/{corpus_id}': signedIn(200),
  'patch /api/corpora/{corpus_id}': changesOfCorpus(200),
  'put /api/corpora/{corpus_id}/owner': changesOfCorpus(204),
  'delete /api/corpora/{corpus_id}': changesOfCorpus(204),
  'post /api/corpora/{corpus_id}/documents': changesOfCorpus(202),
  'post /api/corpora/{corpus_id}/documents/from-address': changesOfCorpus(202),
  'get /api/corpora/{corpus_id}/documents': signedIn(200),
  'get /api/documents/{document_id}': signedIn(200),
  'get /api/documents/{document_id}/text': signedIn(200),
  'get /api/documents/{document_id}/passages': signedIn(200),
  'get /api/documents/{document_id}/original': signedIn(200),
  'post /api/documents/{document_id}/retry': changesOfCorpus(202),
  'post /api/documents/{document_id}/reprocess': changesOfCorpus(202),
  'get /api/corpora/{corpus_id}/tags': signedIn(200),
  'post /api/corpora/{corpus_id}/documents/tags': changesOfCorpus(200),
  'patch /api/documents/{document_id}': changesOfCorpus(200),
  'get /api/documents/{document_id}/versions': signedIn(200),
  'put /api/documents/{document_id}/original': changesOfCorpus(202),
  // Of a document that comes from no web address.
  'post /api/documents/{document_id}/fetch': changesOfCorpus(409),
  'post /api/documents/{document_id}/cancel': changesOfCorpus(202),
  'get /api/corpora/{corpus_id}/access': changesOfCorpus(200),
  'put /api/corpora/{corpus_id}/access/{group_id}': changesOfCorpus(204),
  'delete /api/corpora/{corpus_id}/access/{group_id}': changesOfCorpus(204),
  'get /api/corpora/{corpus_id}/accesses': changesOfCorpus(200),
  'get /api/documents/{document_id}/accesses': changesOfCorpus(200),
  'delete /api/documents/{document_id}': changesOfCorpus(204),
  'get /api/bin/corpora': signedIn(200),
  'post /api/bin/corpora/{corpus_id}/restore': changesOfCorpus(200),
  'delete /api/bin/corpora/{corpus_id}': changesOfCorpus(204),
  'get /api/corpora/{corpus_id}/bin': changesOfCorpus(200),
  'post /api/bin/documents/{document_id}/restore': changesOfCorpus(202),
  'delete /api/bin/documents/{document_id}': changesOfCorpus(204),
  'get /api/corpora/{corpus_id}/evaluation/questions': changesOfCorpus(200),
  'post /api/corpora/{corpus_id}/evaluation/questions': changesOfCorpus(201),
  'delete /api/corpora/{corpus_id}/evaluation/questions/{question_id}': changesOfCorpus(204),
  'post /api/corpora/{corpus_id}/evaluation/import': changesOfCorpus(200),
  'get /api/corpora/{corpus_id}/evaluation/export': changesOfCorpus(200),
  'post /api/corpora/{corpus_id}/evaluation/runs': changesOfCorpus(200),
  'get /api/corpora/{corpus_id}/evaluation/runs': changesOfCorpus(200),
  'get /api/corpora/{corpus_id}/evaluation/runs/{run_id}': changesOfCorpus(200),
  'post /api/search': signedIn(200),

  'get /api/admin/sessions': administratorsAlone(200),
  'get /api/admin/sessions/events': administratorsAlone(200),
  'stream /api/admin/sessions/events': administratorsAlone(200),
  'post /api/admin/sessions/{id}/invalidate': administratorsAlone(200),
  'post /api/admin/sessions/{id}/content': administratorsAlone(200),
  'post /api/admin/sessions/{id}/stop': administratorsAlone(202),
  'post /api/admin/sessions/invalidate': administratorsAlone(200),
  'post /api/admin/users': administratorsAlone(201),
  'get /api/admin/users': administratorsAlone(200),
  'get /api/admin/users/{id}': administratorsAlone(200),
  'patch /api/admin/users/{id}': administratorsAlone(200),
  'delete /api/admin/users/{id}': administratorsAlone(204),
  'delete /api/admin/users/{id}/second-factor': administratorsAlone(204),
  'get /api/admin/second-factor': administratorsAlone(200),
  'put /api/admin/second-factor': administratorsAlone(200),
  'post /api/admin/users/{id}/reset': administratorsAlone(201),
  'post /api/admin/invitations': administratorsAlone(201),
  'get /api/admin/invitations': administratorsAlone(200),
  'post /api/admin/invitations/{id}/renew': administratorsAlone(200),
  'delete /api/admin/invitations/{id}': administratorsAlone(204),

  'get /api/admin/users/{id}/logins': administratorsAlone(200),
  'delete /api/admin/users/{id}/logins': administratorsAlone(200),
  'delete /api/admin/users/{id}/logins/{login_id}': administratorsAlone(204),
  'get /api/admin/users/{id}/keys': administratorsAlone(200),
  'delete /api/admin/users/{id}/keys/{key_id}': administratorsAlone(204),

  'post /api/admin/groups': administratorsAlone(201),
  'get /api/admin/groups': administratorsAlone(200),
  'get /api/admin/groups/{id}': administratorsAlone(200),
  'patch /api/admin/groups/{id}': administratorsAlone(200),
  'delete /api/admin/groups/{id}': administratorsAlone(204),
  'get /api/admin/groups/{id}/members': administratorsAlone(200),
  'put /api/admin/groups/{id}/members/{userId}': administratorsAlone(204),
  'delete /api/admin/groups/{id}/members/{userId}': administratorsAlone(204),
  'put /api/admin/groups/{id}/grants/{kind}/{objectId}': administratorsAlone(204),
  'delete /api/admin/groups/{id}/grants/{kind}/{objectId}': administratorsAlone(204),
  'get /api/admin/access': administratorsAlone(200),
  'get /api/admin/access/{kind}/{objectId}': administratorsAlone(200),
  'get /api/admin/users/{id}/access': administratorsAlone(200),
  'get /api/admin/agents': administratorsAlone(200),
  'put /api/admin/agents/{agent_id}/default-corpora': administratorsAlone(204),

  'get /api/admin/backups': administratorsAlone(200),
  'get /api/admin/audit': administratorsAlone(200),
  'get /api/admin/audit/chain': administratorsAlone(200),
  'get /api/admin/audit/export': administratorsAlone(200),
  'get /api/account/usage': signedIn(200),
  'get /api/account/export': signedIn(200),
  'post /api/account/import': signedIn(200),
  'get /api/account/erasure': signedIn(200),
  'post /api/account/erase': signedInButRefused,
  'get /api/admin/users/{id}/erasure': administratorsAlone(200),
  'post /api/admin/users/{id}/erase': administratorsAlone(202),
  'get /api/admin/budgets': administratorsAlone(200),
  'put /api/admin/budgets/everybody': administratorsAlone(204),
  'delete /api/admin/budgets/everybody': administratorsAlone(204),
  'get /api/admin/budgets/{kind}/{subjectId}': administratorsAlone(200),
  'put /api/admin/budgets/{kind}/{subjectId}': administratorsAlone(204),
  'delete /api/admin/budgets/{kind}/{subjectId}': administratorsAlone(204),

  'get /healthz': anybody(200),
  'get /readyz': anybody(200),
  'get /metrics': anybody(200),
};

/** Streams that the description lists as ordinary reads: the same address with `Accept: text/event-stream`. */
export const streamPaths = ['/api/sessions/{id}/events', '/api/feed', '/api/admin/sessions/events'];
