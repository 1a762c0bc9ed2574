import { cityOf, count, dayText, timesText } from '../parts/when.ts';
import type { Host } from './host.ts';
import { Request } from './request.tsx';
import type { Appointment, Day, Tab } from './tab-api.ts';

type Props = {
  day: Day;
  host: Host;
  tab: Tab;
  turnTo: (date: string | undefined) => void;
  changed: () => Promise<void>;
  /** Tells people who do not see the page what has happened. */
  say: (words: string) => void;
};

/** Requests that wait, then the appointments of a day. */
export function DayView({ day, host, tab, turnTo, changed, say }: Props) {
  const { timeZone, mayDecide } = day.member;
  const open = opener(host);
  return (
    <>
      <h1 className="visually-hidden">Your appointments</h1>
      {day.requests.length > 0 && (
        <section aria-labelledby="requests">
          <h2 id="requests">{count(day.requests.length, 'request')} for you</h2>
          <ul className="cards">
            {day.requests.map((request) => (
              <li key={request.id}>
                <Request
                  request={request}
                  timeZone={timeZone}
                  mayDecide={mayDecide}
                  tab={tab}
                  open={open}
                  decided={async (words) => {
                    say(words);
                    await changed();
                  }}
                />
              </li>
            ))}
          </ul>
          {day.moreRequests && (
            <p>
              <a href={`${day.consoleUrl}bookings`} onClick={open}>
                More requests are in the console
              </a>
            </p>
          )}
        </section>
      )}
      <section aria-labelledby="day">
        <header className="day">
          <h2 id="day">{day.date === day.today ? 'Today' : dayName(day.date)}</h2>
          <p className="quiet">
            {day.date === day.today && `${dayName(day.date)} · `}
            {cityOf(timeZone)} time
          </p>
          <div className="turn" role="group" aria-label="Another day">
            <button type="button" onClick={() => turnTo(day.previous)} aria-label="The day before">
              ‹
            </button>
            {day.date !== day.today && (
              <button type="button" onClick={() => turnTo(undefined)}>
                Today
              </button>
            )}
            <button type="button" onClick={() => turnTo(day.next)} aria-label="The day after">
              ›
            </button>
          </div>
        </header>
        {day.appointments.length === 0 ? (
          <p className="empty">Nothing is booked on this day.</p>
        ) : (
          <ol className="cards">
            {day.appointments.map((appointment) => (
              <li key={appointment.id}>
                <AppointmentCard appointment={appointment} timeZone={timeZone} host={host} open={open} />
              </li>
            ))}
          </ol>
        )}
      </section>
      <footer className="quiet">
        {day.workspace} ·{' '}
        <a href={day.consoleUrl} onClick={open}>
          Open the console
        </a>
      </footer>
    </>
  );
}

type Open = (event: React.MouseEvent<HTMLAnchorElement>) => void;
type CardProps = { appointment: Appointment; timeZone: string; host: Host; open: Open };

function AppointmentCard({ appointment, timeZone, host, open }: CardProps) {
  const { title, visitor, status, join, consoleUrl } = appointment;
  const joinUrl = status === 'confirmed' ? join?.url : undefined;
  return (
    <article className="card">
      <p className="time">{timesText(appointment, timeZone)}</p>
      <div className="about">
        <h3>
          <a href={consoleUrl} onClick={open}>
            {visitor.name}
          </a>
        </h3>
        <p className="quiet">
          {title}
          {appointment.with.length > 0 && `, with ${appointment.with.join(', ')}`}
        </p>
        <State appointment={appointment} />
      </div>
      {joinUrl && (
        <button
          type="button"
          className="primary"
          onClick={() => host.open(joinUrl)}
          aria-label={`Join the meeting with ${visitor.name}`}
        >
          Join
        </button>
      )}
    </article>
  );
}

/** What is not as usual: a link that is late, or an appointment that is over. */
function State({ appointment: { status, join } }: { appointment: Appointment }) {
  const words =
    status === 'completed'
      ? 'Took place'
      : status === 'no_show'
        ? 'Did not come'
        : join === null
          ? undefined
          : lateWords[join.status];
  return words === undefined ? null : <p className={join?.status === 'failed' ? 'state bad' : 'state'}>{words}</p>;
}

const lateWords: Record<NonNullable<Appointment['join']>['status'], string | undefined> = {
  pending: 'The Teams link is being made…',
  provisioning: 'The Teams link is being made…',
  ready: undefined,
  failed: 'The Teams meeting could not be made. The console says why.',
  cancelled: 'The Teams meeting is cancelled.',
  out_of_sync: 'It was changed in Outlook. The console asks what to do.',
};

/** Links leave the frame: the host decides where they open. */
function opener(host: Host): Open {
  return (event) => {
    event.preventDefault();
    host.open(event.currentTarget.href);
  };
}

function dayName(date: string): string {
  return dayText(`${date}T12:00:00Z`, 'UTC');
}
