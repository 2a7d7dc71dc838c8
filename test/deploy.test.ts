import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { documentedSettings, readConfig } from '../src/config.ts';

/** The files of deploy/ say what the server understands. Nothing is built or applied here: see deploy/README.md. */

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const files = [
  'Dockerfile',
  'deploy/systemd/perdure.service',
  'deploy/compose/compose.yaml',
  'deploy/kubernetes/perdure.yaml',
];
const port = Number(documentedSettings.find(({ name }) => name === 'PERDURE_PORT')?.default);
const drainSeconds = Number(documentedSettings.find(({ name }) => name === 'PERDURE_DRAIN_SECONDS')?.default);
/** What main.ts takes after the drain, at most. */
const lastStepsSeconds = 15;

test.each(files)('%s names settings that there are', (path) => {
  const known = new Set(documentedSettings.map(({ name }) => name));
  const named = [...new Set(read(path).match(/\bPERDURE_[A-Z_]+\b/g))];
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

describe('Dockerfile', () => {
  const lines = read('Dockerfile').split('\n');
  const last = (word: string) => lines.findLast((line) => line.startsWith(`${word} `))?.slice(word.length + 1);

  test('installs what the lock names, and runs what npm start runs as an ordinary user, on the port that is exposed', () => {
    expect(lines).toContain('RUN npm ci --omit=dev');
    expect(last('CMD')).toBe('["node", "scripts/start.mjs"]');
    expect(last('USER')).toBe('node');
    expect(Number(last('EXPOSE'))).toBe(port);
    expect(last('ENV')).toContain(`PERDURE_PORT=${port}`);
    expect(read('package.json')).toContain('"start": "node scripts/start.mjs"');
  });

  test('is based on the Node that the project asks for', () => {
    const bases = lines.filter((line) => line.startsWith('FROM ')).map((line) => /node:(\d+)/.exec(line)?.[1]);
    expect(bases).toEqual(['24', '24']);
    expect(read('package.json')).toContain('"node": ">=24"');
  });

  test('brings in nothing that is one’s own', () => {
    expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.git', 'node_modules', 'data', '.env']));
  });
});

describe('compose.yaml', () => {
  const compose = z
    .object({
      services: z.object({
        perdure: z.object({
          environment: z.record(z.string(), z.string()),
          ports: z.array(z.string()),
          depends_on: z.object({ database: z.object({ condition: z.literal('service_healthy') }) }),
          stop_grace_period: z.string(),
        }),
        database: z.object({ healthcheck: z.object({ test: z.array(z.string()) }), volumes: z.array(z.string()) }),
      }),
      volumes: z.record(z.string(), z.unknown()),
    })
    .parse(parse(read('deploy/compose/compose.yaml')));

  test('gives the server settings it starts with, behind a port of this machine alone', () => {
    const { environment, ports, stop_grace_period: grace } = compose.services.perdure;
    const values = {
      POSTGRES_PASSWORD: 'a1',
      PERDURE_SECRET: 's'.repeat(40),
      PERDURE_PUBLIC_URL: 'https://perdure.example.org',
    };
    const filled = Object.entries(environment).map(([name, value]) => [
      name,
      value.replaceAll(/\$\{(\w+):\?[^}]*\}/g, (_all, variable: keyof typeof values) => values[variable]),
    ]);
    const config = readConfig({ ...Object.fromEntries(filled), PERDURE_HOST: '0.0.0.0', PERDURE_DATA_DIR: tmpdir() });
    expect(config.databaseUrl).toBe('postgres://perdure:a1@database/perdure');
    expect(ports).toEqual([`127.0.0.1:${port}:${port}`]);
    expect(Number.parseInt(grace, 10)).toBeGreaterThan(drainSeconds + lastStepsSeconds);
  });

  test('keeps both data in volumes', () => {
    expect(Object.keys(compose.volumes)).toEqual(['database', 'data']);
  });
});

describe('kubernetes', () => {
  const documents = parseAllDocuments(read('deploy/kubernetes/perdure.yaml'));
  const manifests = documents.map((each) => z.looseObject({ kind: z.string(), spec: z.unknown() }).parse(each.toJS()));
  const specOf = (kind: string) => manifests.find((each) => each.kind === kind)?.spec;
  const labels = { 'app.kubernetes.io/name': 'perdure' };
  const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.literal('http') }) });
  const deployment = z
    .object({
      replicas: z.number(),
      selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
      template: z.object({
        metadata: z.object({ labels: z.record(z.string(), z.string()) }),
        spec: z.object({
          terminationGracePeriodSeconds: z.number(),
          securityContext: z.object({ runAsNonRoot: z.literal(true) }),
          containers: z.tuple([
            z.object({
              ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
              env: z.array(z.looseObject({ name: z.string() })),
              startupProbe: probe,
              livenessProbe: probe,
              readinessProbe: probe,
            }),
          ]),
        }),
      }),
    })
    .parse(specOf('Deployment'));

  test('every document is read without an error or a warning', () => {
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect(manifests.map(({ kind }) => kind)).toEqual(['Deployment', 'Service', 'PodDisruptionBudget']);
  });

  test('instances are alive by /healthz, get requests by /readyz, and have the time that a drain takes', () => {
    const { spec } = deployment.template;
    const [container] = spec.containers;
    expect(container.startupProbe.httpGet.path).toBe('/healthz');
    expect(container.livenessProbe.httpGet.path).toBe('/healthz');
    expect(container.readinessProbe.httpGet.path).toBe('/readyz');
    expect(container.ports).toEqual([{ name: 'http', containerPort: port }]);
    expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(drainSeconds + lastStepsSeconds);
  });

  test('several share what they must: the database and the secret; fewer than all may go at once', () => {
    const names = deployment.template.spec.containers[0].env.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['PERDURE_DATABASE_URL', 'PERDURE_SECRET']));
    expect(deployment.selector.matchLabels).toEqual(labels);
    expect(deployment.template.metadata.labels).toMatchObject(labels);
    const budget = z.object({ minAvailable: z.number(), selector: z.unknown() }).parse(specOf('PodDisruptionBudget'));
    expect(budget.minAvailable).toBeLessThan(deployment.replicas);
    expect(budget.selector).toEqual({ matchLabels: labels });
    expect(specOf('Service')).toMatchObject({ selector: labels, ports: [{ targetPort: 'http' }] });
  });
});

describe('the unit of systemd', () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-unit-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const unit = read('deploy/systemd/perdure.service');
  const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

  test('runs what npm start runs, as a user of its own, and waits for a drain', () => {
    expect(unit).toMatch(/^ExecStart=.*\/node scripts\/start\.mjs$/m);
    expect(unit).toMatch(/^User=perdure$/m);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(drainSeconds + lastStepsSeconds);
  });

  test.skipIf(!hasSystemd)('is understood by systemd', () => {
    const path = join(folder, 'perdure.service');
    writeFileSync(path, unit.replaceAll('/opt/perdure/node_modules/.bin/node', process.execPath));
    const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
    const about = `${stdout}${stderr}`.split('\n').filter((line) => line.includes('perdure.service'));
    expect(about).toEqual([]);
  });
});
