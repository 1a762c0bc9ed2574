import { useEffect, useId, useRef, useState } from 'react';
import { problemOf, type ShownProblem } from '../api/problem.ts';
import { cityOf, spanText } from '../parts/when.ts';
import type { Appointment, Tab } from './tab-api.ts';

type Props = {
  request: Appointment;
  timeZone: string;
  mayDecide: boolean;
  tab: Tab;
  open: (event: React.MouseEvent<HTMLAnchorElement>) => void;
  /** After a decision, with what to tell about it. */
  decided: (words: string) => Promise<void>;
};

/** A request with its two answers. Declining asks for a reason first, in the same place. */
export function Request({ request, timeZone, mayDecide, tab, open, decided }: Props) {
  const [step, setStep] = useState<'asked' | 'declining' | 'working'>('asked');
  const [problem, setProblem] = useState<ShownProblem>();
  const { visitor, title, consoleUrl } = request;
  const when = spanText(request, timeZone);

  const decide = async (run: () => Promise<unknown>, words: string) => {
    setStep('working');
    try {
      await run();
      await decided(words);
    } catch (error) {
      setProblem(problemOf(error));
      setStep('asked');
    }
  };
  const approve = () => decide(() => tab.approve(request.id), `Approved: ${visitor.name}, ${when}.`);
  const decline = (reason: string) =>
    decide(() => tab.decline(request.id, reason), `Declined: ${visitor.name}, ${when}.`);
  return (
    <article className="card request">
      <div className="about">
        <h3>
          <a href={consoleUrl} onClick={open}>
            {visitor.name}
          </a>
        </h3>
        <p>{when.replace(` (${cityOf(timeZone)})`, '')}</p>
        <p className="quiet">
          {title}
          {request.with.length > 0 && `, with ${request.with.join(', ')}`}
        </p>
        {visitor.note !== '' && <blockquote>{visitor.note}</blockquote>}
        {problem && (
          <p role="alert" className="state bad">
            {problem.title}. {problem.detail ?? problem.remedy}
          </p>
        )}
      </div>
      {mayDecide && step !== 'declining' && (
        <p className="actions">
          <button
            type="button"
            className="primary"
            disabled={step === 'working'}
            onClick={() => void approve()}
            aria-label={`Approve ${visitor.name}`}
          >
            Approve
          </button>
          <button
            type="button"
            disabled={step === 'working'}
            onClick={() => setStep('declining')}
            aria-label={`Decline ${visitor.name}`}
          >
            Decline
          </button>
        </p>
      )}
      {step === 'declining' && (
        <Declining name={visitor.name} decline={(reason) => void decline(reason)} keep={() => setStep('asked')} />
      )}
    </article>
  );
}

type DecliningProps = { name: string; decline: (reason: string) => void; keep: () => void };

function Declining({ name, decline, keep }: DecliningProps) {
  const [reason, setReason] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        decline(reason.trim());
      }}
      onKeyDown={(event) => event.key === 'Escape' && keep()}
    >
      <label htmlFor={id}>What {name} is told (optional)</label>
      <textarea
        id={id}
        ref={field}
        rows={2}
        maxLength={1000}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <p className="actions">
        <button type="submit" className="primary">
          Decline the request
        </button>
        <button type="button" onClick={keep}>
          Keep it
        </button>
      </p>
    </form>
  );
}
