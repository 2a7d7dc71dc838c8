/** What two API keys are answered: `reading` is one of the owner's, for reading sessions and knowledge alone; `full` is an
 *  administrator's with every scope there is. A revoked one is answered as nobody is. */
type KeyCells = { reading: number; full: number };

const cells = (reading: number, full: number): KeyCells => ({ reading, full });
/** For no key, whatever its scopes. */
const people = cells(403, 403);

/** Every route of access-matrix.ts once more: reviewed by hand, never computed from what decides. */
export const keyMatrix: Readonly<Record<string, KeyCells>> = {
  'post /api/auth/login': cells(200, 200),
  'post /api/auth/logout': people,
  'get /api/auth/me': cells(200, 200),

  'post /api/account/password': people,
  'get /api/account/logins': people,
  'delete /api/account/logins': people,
  'delete /api/account/logins/{id}': people,
  'post /api/account/keys': people,
  'get /api/account/keys': people,
  'delete /api/account/keys/{id}': people,

  'post /api/sessions': cells(403, 201),
  'get /api/sessions': cells(200, 200),
  'get /api/sessions/{id}': cells(200, 404),
  'patch /api/sessions/{id}': cells(403, 404),
  'delete /api/sessions/{id}': cells(403, 404),
  'post /api/sessions/{id}/turns': cells(403, 404),
  'post /api/sessions/{id}/turns/{turn_id}/stop': cells(403, 404),
  'post /api/sessions/{id}/chat': cells(403, 404),
  'get /api/sessions/{id}/events': cells(200, 404),
  'stream /api/sessions/{id}/events': cells(200, 404),
  'get /api/sessions/{id}/snapshot': cells(200, 404),
  'get /api/sessions/{id}/history': cells(200, 404),
  'get /api/feed': cells(200, 200),
  'stream /api/feed': cells(200, 200),

  'get /api/agents': cells(200, 200),
  'get /api/status': cells(200, 200),

  'post /api/corpora': cells(403, 201),
  'get /api/corpora': cells(200, 200),
  'get /api/corpora/{corpus_id}': cells(200, 200),
  'patch /api/corpora/{corpus_id}': cells(403, 200),
  'delete /api/corpora/{corpus_id}': cells(403, 204),
  'post /api/corpora/{corpus_id}/documents': cells(403, 202),
  'get /api/corpora/{corpus_id}/documents': cells(200, 200),
  'get /api/documents/{document_id}': cells(200, 200),
  'get /api/documents/{document_id}/text': cells(200, 200),
  'get /api/documents/{document_id}/original': cells(200, 200),
  'delete /api/documents/{document_id}': cells(403, 204),
  'post /api/search': cells(200, 200),

  'get /api/admin/sessions': cells(403, 200),
  'get /api/admin/sessions/events': cells(403, 200),
  'stream /api/admin/sessions/events': cells(403, 200),
  'post /api/admin/sessions/{id}/invalidate': cells(403, 200),
  'post /api/admin/sessions/{id}/stop': cells(403, 202),
  'post /api/admin/sessions/invalidate': cells(403, 200),
  'post /api/admin/users': people,
  'get /api/admin/users': cells(403, 200),
  'get /api/admin/users/{id}': cells(403, 200),
  'patch /api/admin/users/{id}': people,
  'delete /api/admin/users/{id}': people,
  'get /api/admin/users/{id}/logins': cells(403, 200),
  'delete /api/admin/users/{id}/logins': people,
  'delete /api/admin/users/{id}/logins/{login_id}': people,
  'get /api/admin/users/{id}/keys': cells(403, 200),
  'delete /api/admin/users/{id}/keys/{key_id}': people,

  'post /api/admin/groups': cells(403, 201),
  'get /api/admin/groups': cells(403, 200),
  'get /api/admin/groups/{id}': cells(403, 200),
  'patch /api/admin/groups/{id}': cells(403, 200),
  'delete /api/admin/groups/{id}': cells(403, 204),
  'get /api/admin/groups/{id}/members': cells(403, 200),
  'put /api/admin/groups/{id}/members/{userId}': cells(403, 204),
  'delete /api/admin/groups/{id}/members/{userId}': cells(403, 204),
  'put /api/admin/groups/{id}/grants/{kind}/{objectId}': cells(403, 204),
  'delete /api/admin/groups/{id}/grants/{kind}/{objectId}': cells(403, 204),
  'get /api/admin/access': cells(403, 200),
  'get /api/admin/access/{kind}/{objectId}': cells(403, 200),
  'get /api/admin/users/{id}/access': cells(403, 200),

  'get /healthz': cells(200, 200),
  'get /readyz': cells(200, 200),
  'get /metrics': cells(200, 200),
};
