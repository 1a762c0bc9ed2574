import { ArrowLeft16Regular } from '@fluentui/react-icons';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import styles from './parts.module.css';

type Back = {
  words: string;
  link:
    | { to: '/bookings'; search?: { show: 'meetings' } }
    | { to: '/event-types' }
    | { to: '/recordings'; search: Record<string, never> }
    | { to: '/settings/mail'; search: Record<string, never> }
    | { to: '/settings/mail/templates' }
    | { to: '/microsoft-365/app-registrations' }
    | { to: '/microsoft-365/setup'; search?: Record<string, never> }
    | { to: '/developers/webhooks' }
    | { to: '/developers/webhooks/$id'; params: { id: string }; search?: Record<string, never> }
    | { to: '/bookings/$id'; params: { id: string } };
};

type Props = {
  /** The page's name: its heading and the title of the document. */
  title: string;
  lead?: ReactNode;
  /** The page's one primary action. */
  action?: ReactNode;
  back?: Back;
  children: ReactNode;
};

/** A page of the console: title, what it is for, its primary action, then its content. */
export function Page({ title, lead, action, back, children }: Props) {
  return (
    <>
      <title>{`${title} · Parley`}</title>
      {back && (
        <Link {...back.link} className={styles.back}>
          <ArrowLeft16Regular aria-hidden />
          {back.words}
        </Link>
      )}
      <header className={styles.header}>
        <div>
          {/* The focus comes here when the page changes. */}
          <h1 className={styles.title} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {action}
      </header>
      {children}
    </>
  );
}

/** A white sheet for what belongs together. */
export function Card({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <section className={styles.card} aria-label={label}>
      {children}
    </section>
  );
}

/** Buttons next to each other. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}

/** Names and values. */
export function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className={styles.facts}>
      {rows.map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
