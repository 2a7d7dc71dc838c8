import { finds, type Way } from './way.ts';

const handbook = "select 1 from settings where key = 'knowledge.handbook'";

export const putBuiltins: Way = {
  place: 'first start',
  isStored: (ask) => finds(ask, 'select 1 from agents'),
};
export const adoptSealingKey: Way = {
  place: 'first start',
  isStored: (ask) => finds(ask, "select 1 from settings where key = 'sealing.key_id'"),
};
export const ensureFirstAdministrator: Way = {
  place: 'first start',
  isStored: (ask) => finds(ask, "select 1 from users where role = 'administrator'"),
};
export const startHandbook: Way = {
  place: 'first start',
  isStored: (ask) => finds(ask, handbook),
};
/** The end of the handbook's import. */
export const putSetting: Way = {
  place: 'first start',
  isStored: (ask) => finds(ask, `${handbook} and json_extract(value, '$.isImported')`),
};
