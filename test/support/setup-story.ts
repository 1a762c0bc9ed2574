import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { addCertificate } from '../../emulator/control/changes.ts';
import { CONTOSO_TENANT_ID, SINGLE_TENANT_CLIENT_ID } from '../../emulator/seed.ts';
import { startSystem, startWorkspace, userNamed, type System } from './system.ts';
import { runPowerShell } from './tenant.ts';

export type SetupStep = {
  name: string;
  state: string;
  sentence: string;
  todo: string[];
  values: { label: string; value: string; copy: boolean }[];
  scripts: { title: string; shell: string; text: string }[];
  findings: { check: string; status: string; title: string }[];
  checkedAt: string | null;
  role: string;
  link: { label: string; url: string } | null;
};
export type SetupAnswer = {
  stage: string;
  steps: SetupStep[];
  checklist: { label: string; ok: boolean; detail: string; neededFor: string; bySigning: boolean }[];
  signOffs: { stage: string; signedBy: string; at: string }[];
  ready: { pilot: boolean; live: boolean };
};

export type SetupStory = Awaited<ReturnType<typeof startSetup>>;

/**
 * Contoso as it is before anything was done: a workspace that knows client and tenant id of a registration there, and a
 * tenant whose administrator has consented to nothing.
 */
export async function startSetup(
  t: TestContext,
  { tenant = {}, registration = {} }: { tenant?: object; registration?: object } = {},
) {
  const system = await startSystem(t);
  const desk = await startWorkspace(system, { email: 'ada@desk.example', name: 'Ada Quist' });
  const ask = async (method: string, path: string, body?: unknown, expected = 200) => {
    const answer = await desk.api(method, path, body);
    assert.equal(answer.status, expected, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const { id: registrationId } = await ask(
    'POST',
    '/v1/app-registrations',
    { name: 'Contoso meetings', clientId: SINGLE_TENANT_CLIENT_ID, tenant: CONTOSO_TENANT_ID, ...registration },
    201,
  );
  const { id } = await ask('POST', '/v1/tenants', { registrationId, ...tenant }, 201);
  return { ...conveniences(system, ask, id as string), system, desk, ask, id: id as string, registrationId };
}

type Ask = (method: string, path: string, body?: unknown, expected?: number) => Promise<Record<string, unknown>>;

/** What a person does in the guide, by API. */
function conveniences(system: System, ask: Ask, id: string) {
  const setup = async () => (await ask('GET', `/v1/tenants/${id}/setup`)) as unknown as SetupAnswer;
  return {
    setup,
    step: async (name: string) => {
      const found = (await setup()).steps.find((step) => step.name === name);
      assert.ok(found, name);
      return found;
    },
    states: async () => (await setup()).steps.map(({ state }) => state).join(' '),
    check: async (name: string) => (await ask('POST', `/v1/tenants/${id}/setup/${name}/check`)) as unknown as SetupStep,
    change: (body: object) => ask('PATCH', `/v1/tenants/${id}`, body),
    run: (script: { text: string } | undefined) => {
      assert.ok(script, 'the step has such a script');
      return runPowerShell(system, script.text, CONTOSO_TENANT_ID);
    },
    addOrganizer: async (name: string, more: object = {}) => {
      const user = userNamed(system.emulator, name).userPrincipalName;
      const organizer = await ask('POST', `/v1/tenants/${id}/organizers`, { user, ...more }, 201);
      await system.work();
      return organizer as { id: string; objectId: string };
    },
  };
}

/** Has Parley make a certificate, and uploads its .cer file as an Application Administrator does. */
export async function uploadCertificate({ ask, desk, system, registrationId }: SetupStory): Promise<string> {
  const { id } = await ask('POST', `/v1/app-registrations/${registrationId}/certificates`, { name: 'First' }, 201);
  const path = `/v1/app-registrations/${registrationId}/credentials/${id as string}/certificate`;
  const answer = await system.request(path, { headers: { authorization: `Bearer ${desk.apiKey}` } });
  assert.equal(answer.status, 200);
  const base64 = Buffer.from(await answer.arrayBuffer()).toString('base64');
  const pem = `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
  addCertificate(system.emulator.context, SINGLE_TENANT_CLIENT_ID, pem);
  return id as string;
}

/** Opens the link to admin consent in a browser of its own, as the tenant's administrator. */
export async function consent({ ask, id, system }: SetupStory, decision: 'accept' | 'cancel' = 'accept') {
  const { url } = (await ask('POST', `/v1/tenants/${id}/consent`)) as { url: string };
  const administrator = system.person();
  const user = userNamed(system.emulator, 'priya.lindqvist').id;
  const page = await administrator.press(await administrator.visit(url), '/adminconsent/sign-in', { user });
  return administrator.press(page, '/adminconsent/consent', { decision });
}

/** Signs in and consents: everything up to the policies is green. */
export async function prove(story: SetupStory): Promise<void> {
  await uploadCertificate(story);
  await consent(story);
  await story.check('registration');
  await story.check('consent');
}
