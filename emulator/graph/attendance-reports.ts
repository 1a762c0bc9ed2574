import type { Attendance, AttendanceReport } from '../artifacts/artifacts.ts';
import { artifactMeeting, artifactNotFound } from './artifact-access.ts';
import { artifactPage } from './artifact-page.ts';
import type { Call, Reply } from './call.ts';
import { contextOwner, queryOption, serviceRoot } from './call.ts';
import { timestamp } from './event-json.ts';
import type { TeamsMeeting } from './online-meeting.ts';
import type { Route } from './routes.ts';
import { underUser } from './routes.ts';

/** Who was in a meeting: one report for each of its sessions. */
export const attendanceRoutes: Route[] = underUser([
  ['GET', '/onlineMeetings/:meeting/attendanceReports', 'read attendance', list],
  ['GET', '/onlineMeetings/:meeting/attendanceReports/:report', 'read attendance', read],
  ['GET', '/onlineMeetings/:meeting/attendanceReports/:report/attendanceRecords', 'read attendance', records],
]);

function list(call: Call): Reply {
  const { meeting } = artifactMeeting(call, 'attendance');
  const { reports } = call.context.teams.artifacts;
  const found = [...reports.values()].filter((one) => one.meetingId === meeting.id && isThere(call, one));
  return artifactPage(call, found, { context: collectionOf(meeting), json: (one) => reportJson(one, []) });
}

function read(call: Call): Reply {
  const { meeting } = artifactMeeting(call, 'attendance');
  const report = namedReport(call, meeting.id);
  const isExpanded =
    call.context.switches.expandAttendanceRecords === 'honoured' &&
    queryOption(call, 'expand')?.toLowerCase().includes('attendancerecords') === true;
  const context = `${serviceRoot(call)}/$metadata#${collectionOf(meeting)}/$entity`;
  const shown = isExpanded ? report.records.map((one, index) => recordJson(report, one, index)) : [];
  return { status: 200, body: { '@odata.context': context, ...reportJson(report, shown) } };
}

function records(call: Call): Reply {
  const { meeting } = artifactMeeting(call, 'attendance');
  const report = namedReport(call, meeting.id);
  const found = report.records.map((record, index) => ({ id: `${report.id}/${index}`, record, index }));
  return artifactPage(call, found, {
    context: `${collectionOf(meeting)}('${report.id}')/attendanceRecords`,
    json: ({ record, index }) => recordJson(report, record, index),
  });
}

function namedReport(call: Call, meetingId: string): AttendanceReport {
  const report = call.context.teams.artifacts.reports.get(call.params['report'] ?? '');
  if (report?.meetingId !== meetingId || !isThere(call, report)) throw artifactNotFound();
  return report;
}

function isThere({ context }: Call, { availableAt }: AttendanceReport): boolean {
  return context.now() >= availableAt;
}

function reportJson(report: AttendanceReport, attendanceRecords: object[]): Record<string, unknown> {
  return {
    id: report.id,
    totalParticipantCount: report.records.length,
    meetingStartDateTime: timestamp(report.startedAt),
    meetingEndDateTime: timestamp(report.endedAt),
    attendanceRecords,
  };
}

/** The identity is in truth a `communicationsUserIdentity`. Of people without an account nothing but a name is known. */
function recordJson(report: AttendanceReport, record: Attendance, index: number): Record<string, unknown> {
  const seconds = ({ joinedAt, leftAt }: Attendance['intervals'][number]) => Math.round((leftAt - joinedAt) / 1000);
  return {
    id: record.userId ?? `${report.id.slice(0, 24)}${String(index).padStart(12, '0')}`,
    emailAddress: record.emailAddress,
    totalAttendanceInSeconds: record.intervals.reduce((sum, interval) => sum + seconds(interval), 0),
    role: record.role,
    registrationId: null,
    identity: {
      '@odata.type': '#microsoft.graph.communicationsUserIdentity',
      id: record.userId,
      displayName: record.displayName,
      tenantId: record.tenantId,
    },
    attendanceIntervals: record.intervals.map((interval) => ({
      joinDateTime: timestamp(interval.joinedAt),
      leaveDateTime: timestamp(interval.leftAt),
      durationInSeconds: seconds(interval),
    })),
  };
}

function collectionOf({ id, organizerId }: TeamsMeeting): string {
  return `${contextOwner(organizerId)}/onlineMeetings('${encodeURIComponent(id)}')/attendanceReports`;
}
