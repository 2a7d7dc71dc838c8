import { expect } from 'vitest';
import { onlyAdministratorsKey } from '../../contract/sign-in-settings.ts';
import { newId } from '../../ids.ts';
import type { Store } from '../store.ts';
import { GivenLog } from './given-log.ts';
import type { Row } from './row.ts';

const change = { at: '2026-11-22T10:00:00.000Z', by: { userId: null } };
const keyId = '0123456789abcdef';
const key = { sealed: `v1.${keyId}.abc`, hint: 'abcd', keyId };
const inAnHour = '2026-11-22T11:00:00.000Z';

const endpointOf = (name = newId()) => ({
  ...change,
  endpointId: newId(),
  name,
  baseUrl: 'https://models.example/v1',
  models: ['small', 'large'],
  continues: true,
  key,
});

const newLogin = () => ({ tokenId: newId(), tokenHash: newId(), expiresAt: inAnHour, userAgent: '', address: '' });

async function adopted(store: Store): Promise<void> {
  await store.write.adoptSealingKey({ keyId, at: change.at });
}

const found = async (store: Store, endpointId: string) =>
  (await store.read.modelSettings({})).endpoints.find(({ id }) => id === endpointId);

export const modelEndpointRows: readonly Row[] = [
  {
    title: 'an endpoint is given back as it was stored, with its sealed key and in the order of their age',
    async run({ another }) {
      const { store, reopen } = await another();
      await adopted(store);
      const [one, two] = [endpointOf(), { ...endpointOf(), at: inAnHour, key: null, continues: false }];
      expect(await store.write.addModelEndpoint(two)).toBe('added');
      expect(await store.write.addModelEndpoint(one)).toBe('added');
      const { endpoints, chosen } = await (await reopen()).read.modelSettings({});
      expect(chosen).toBeUndefined();
      expect(endpoints.map(({ id }) => id)).toEqual([one.endpointId, two.endpointId]);
      expect(endpoints[0]).toEqual({
        id: one.endpointId,
        name: one.name,
        baseUrl: one.baseUrl,
        sealedKey: key.sealed,
        keyHint: 'abcd',
        models: ['small', 'large'],
        continues: true,
        version: 1,
        updatedAt: change.at,
      });
      expect(endpoints[1]).toMatchObject({ sealedKey: null, keyHint: '', continues: false });
    },
  },
  {
    title:
      'a stored key stays where it was entered for: another scheme, host or port needs it again, and another path does not',
    async run({ another }) {
      const { store } = await another();
      await adopted(store);
      const { key: _, ...made } = endpointOf();
      await store.write.addModelEndpoint({ ...made, key });
      const kept = { ...made, key: undefined, version: 1 };
      for (const baseUrl of ['http://models.example/v1', 'https://models.example:8443/v1', 'https://evil.example/v1']) {
        expect(await store.write.changeModelEndpoint({ ...kept, baseUrl }), baseUrl).toBe('key_needed');
      }
      expect(await found(store, made.endpointId)).toMatchObject({ baseUrl: made.baseUrl, version: 1 });
      expect(await store.write.changeModelEndpoint({ ...kept, baseUrl: 'https://models.example/v2' })).toBe('changed');
      expect(await found(store, made.endpointId)).toMatchObject({ sealedKey: key.sealed, version: 2 });
      const moved = { ...made, baseUrl: 'https://other.example/v1', version: 2 };
      expect(await store.write.changeModelEndpoint({ ...moved, key: null })).toBe('changed');
      expect(await found(store, made.endpointId)).toMatchObject({ sealedKey: null, keyHint: '', version: 3 });
      expect(await store.write.changeModelEndpoint({ ...kept, version: 3 }), 'without a key').toBe('changed');
    },
  },
  {
    title: 'of two changes to one state of an endpoint the second is refused',
    async run({ another }) {
      const { store } = await another();
      await adopted(store);
      const made = endpointOf();
      await store.write.addModelEndpoint(made);
      const changes = ['one', 'two'].map((name) => ({ ...made, name, key: undefined, version: 1 }));
      const outcomes = await Promise.all(changes.map((each) => store.write.changeModelEndpoint(each)));
      expect(outcomes).toEqual(['changed', 'other_version']);
      expect(await found(store, made.endpointId)).toMatchObject({ name: 'one', version: 2 });
    },
  },
  {
    title: 'a key that was sealed with another key than the store’s is not stored',
    async run({ another }) {
      const { store } = await another();
      await adopted(store);
      const made = endpointOf();
      const foreign = { ...key, keyId: 'fedcba9876543210' };
      expect(await store.write.addModelEndpoint({ ...made, key: foreign })).toBe('other_key');
      expect(await found(store, made.endpointId)).toBeUndefined();
    },
  },
  {
    title: 'a store that holds a sealed key of an endpoint opens with no other key',
    async run({ another }) {
      const { store } = await another();
      await adopted(store);
      expect(await store.scan.sealingKeyInUse({})).toBeUndefined();
      const made = endpointOf();
      await store.write.addModelEndpoint({ ...made, key: null });
      expect(await store.scan.sealingKeyInUse({}), 'without a key').toBeUndefined();
      await store.write.changeModelEndpoint({ ...made, version: 1 });
      expect(await store.scan.sealingKeyInUse({})).toBe(keyId);
    },
  },
  {
    title: 'the default model is one that an endpoint serves, and neither goes before another is chosen',
    async run({ another }) {
      const { store } = await another();
      await adopted(store);
      const made = endpointOf();
      const { endpointId } = made;
      await store.write.addModelEndpoint(made);
      const choose = (model: string, at = endpointId) =>
        store.write.chooseDefaultModel({ ...change, place: { endpointId: at, model } });
      expect(await choose('none')).toBe('not_found');
      expect(await choose('small', newId())).toBe('not_found');
      expect(await choose('small')).toBe('chosen');
      expect((await store.read.modelSettings({})).chosen).toEqual({ endpointId, model: 'small' });
      const without = { ...made, key: undefined, version: 1, models: ['large'] };
      expect(await store.write.changeModelEndpoint(without)).toBe('is_default');
      expect(await store.write.removeModelEndpoint({ ...change, endpointId })).toBe('is_default');
      expect(await choose('built_in', 'built_in')).toBe('chosen');
      expect(await store.write.removeModelEndpoint({ ...change, endpointId })).toBe('removed');
      expect(await found(store, endpointId)).toBeUndefined();
    },
  },
  {
    title: 'while passwords are for administrators, nobody else is signed in, invited or given one by a link',
    async run({ another }) {
      const { store } = await another();
      const given = new GivenLog(store);
      const [member, administrator] = [await given.user(), await given.user()];
      await store.write.patchUser({ ...change, userId: administrator, changes: { role: 'administrator' } });
      await store.write.patchUser({ ...change, userId: member, changes: { email: `${member}@example.org` } });
      const link = () => ({
        id: newId(),
        tokenHash: newId(),
        expiresAt: inAnHour,
        createdBy: administrator,
        ...change,
      });
      const signIn = async (userId: string) => {
        const login = newLogin();
        const { username } = (await store.read.userById({ userId })) ?? {};
        const user = await store.read.userByName({ username: username ?? '' });
        return store.write.putLoginToken({ ...login, userId, verifiedHash: user?.password_hash ?? '', at: change.at });
      };
      const invite = (role: 'member' | 'administrator') =>
        store.write.createInvitation({ ...link(), username: null, email: null, role, groupIds: [] });
      const [reset, invitation] = [link(), link()];
      expect(await store.write.createReset({ ...reset, userId: member })).toBe('created');
      const open = { ...invitation, username: null, email: null, role: 'curator' as const, groupIds: [] };
      expect(await store.write.createInvitation(open)).toBe('created');

      await store.write.putSetting({ ...change, key: onlyAdministratorsKey, value: true });
      expect([await signIn(member), await signIn(administrator)]).toEqual(['passwords_off', 'stored']);
      expect([await invite('member'), await invite('administrator')]).toEqual(['passwords_off', 'created']);
      const asking = { ...link(), account: `${member}@example.org`, address: '', userAgent: '' };
      expect(await store.write.askForReset(asking)).toEqual({ outcome: 'nobody' });
      const resets = [member, administrator].map((userId) => store.write.createReset({ ...link(), userId }));
      expect(await Promise.all(resets)).toEqual(['passwords_off', 'created']);
      const { tokenHash } = reset;
      expect(await store.write.useReset({ tokenHash, passwordHash: 'new', at: change.at })).toBe('passwords_off');
      const accept = { userId: newId(), username: newId(), displayName: '', passwordHash: 'new', at: change.at };
      expect(await store.write.acceptInvitation({ ...accept, tokenHash: invitation.tokenHash })).toBe('passwords_off');
      expect(await store.read.userById({ userId: accept.userId })).toBeUndefined();

      const passwordHash = 'another';
      const again = async (userId: string) => {
        const { username } = (await store.read.userById({ userId })) ?? {};
        const verifiedHash = (await store.read.userByName({ username: username ?? '' }))?.password_hash ?? '';
        const args = { ...change, userId, login: newLogin() };
        const proof = { recoveryHash: newId() };
        return [
          await store.write.confirmSecondFactor({ ...args, secret: newId(), step: 1, codeHashes: [] }),
          await store.write.turnOffSecondFactor({ ...args, proof }),
          await store.write.changePassword({ ...args, verifiedHash, passwordHash, revokesKeys: false }),
        ];
      };
      expect(await again(member), 'a login begins in the place of one').toEqual(Array(3).fill('passwords_off'));
      expect(await again(administrator)).toEqual(['refused', 'refused', 'changed']);

      await store.write.putSetting({ ...change, key: onlyAdministratorsKey, value: false });
      expect(await signIn(member)).toBe('stored');
      expect(await store.write.useReset({ tokenHash, passwordHash: 'new', at: change.at })).toBe('reset');
    },
  },
];
