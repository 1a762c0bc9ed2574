import { z } from 'zod';
import { graph } from '../microsoft/graph.ts';
import { literal, query } from '../microsoft/odata.ts';
import { createOnlineMeeting, deleteOnlineMeeting } from '../microsoft/online-meetings.ts';
import { missingRoles } from '../microsoft/permissions.ts';
import { toProblem } from '../microsoft/problems.ts';
import { Problem } from '../problem.ts';
import { withAppToken, type AppTokens, type TenantAccess } from '../tenants/app-tokens.ts';
import type { TenantRow } from '../tenants/tenant.ts';
import type { OrganizerRow, ProbeOutcome } from './organizer.ts';

export type PolicyProbe = {
  outcome: ProbeOutcome;
  /** Why the outcome is not `granted`, with what Microsoft answered. */
  problem: Problem | undefined;
  /** True when the probe's own meeting could not be deleted: the next probe finds it again and deletes it. */
  leftOver: boolean;
};

type Subject = Pick<OrganizerRow, 'id' | 'object_id'>;

const probeMinutes = 15;

/**
 * Asks Teams whether its policy lets the app act for an organizer, by doing it: makes an online meeting, which is on no
 * calendar and invites nobody, and deletes it. It always has the same external id, so that what a crash leaves behind is
 * found by the next probe. An app that may only read looks for a meeting instead. Never throws.
 */
export async function probePolicy(
  deps: { appTokens: AppTokens; now: () => Date },
  tenant: TenantRow,
  organizer: Subject,
  signal?: AbortSignal,
): Promise<PolicyProbe> {
  try {
    const leftOver = await withAppToken(deps.appTokens, tenant, signal, (access) => {
      const { roles } = access.token;
      if (missingRoles(['OnlineMeetings.ReadWrite.All'], roles).length === 0)
        return makeAndDelete(access, organizer, deps.now(), signal);
      if (missingRoles(['OnlineMeetings.Read.All'], roles).length === 0)
        return lookFor(access, tenant, organizer, signal);
      throw new Problem('missing_permission', {
        detail: 'The app’s token has no permission for online meetings, so Teams’ policy cannot be tried.',
      });
    });
    return { outcome: { kind: 'granted' }, problem: undefined, leftOver };
  } catch (error) {
    const problem = toProblem(error);
    const denied = problem.code === 'application_access_policy_missing';
    return {
      outcome: denied ? { kind: 'denied' } : { kind: 'not_known', code: problem.code },
      problem,
      leftOver: false,
    };
  }
}

/** True when the meeting could be made but not deleted. */
async function makeAndDelete(
  { graph: deps, token }: TenantAccess,
  organizer: Subject,
  now: Date,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const mailbox = { kind: 'user' as const, objectId: organizer.object_id };
  const access = { accessToken: token.accessToken, mailbox, signal };
  const meeting = await createOnlineMeeting(deps, access, {
    externalId: `parley-policy-probe-${organizer.id}`,
    subject: 'Parley tries whether it may make meetings',
    start: now,
    end: new Date(now.getTime() + probeMinutes * 60_000),
  });
  try {
    await deleteOnlineMeeting(deps, access, { onlineMeetingId: meeting.id });
    return false;
  } catch {
    return true;
  }
}

/** Teams looks at the policy before it searches, so an empty answer is a yes; any refusal but the policy's says nothing. */
async function lookFor(
  { graph: deps, token }: TenantAccess,
  tenant: TenantRow,
  organizer: Subject,
  signal: AbortSignal | undefined,
): Promise<false> {
  // A link of the form that Teams gives out, to a meeting that nobody has made.
  const whose = `%7b%22Tid%22%3a%22${tenant.tenant_id}%22%2c%22Oid%22%3a%22${organizer.object_id}%22%7d`;
  const nobodys = `https://teams.microsoft.com/l/meetup-join/19%3ameeting_ParleyPolicyProbe%40thread.v2/0?context=${whose}`;
  await graph(deps, {
    accessToken: token.accessToken,
    method: 'GET',
    path: `/users/${encodeURIComponent(organizer.object_id)}/onlineMeetings?${query({ $filter: `JoinWebUrl eq ${literal(nobodys)}` })}`,
    schema: z.object({ value: z.array(z.unknown()) }),
    signal,
  });
  return false;
}
