import { Link } from '@tanstack/react-router';
import { sectionsFor, type Section } from './sections.ts';
import styles from './shell.module.css';

/** The links to the console's pages; the current one is marked for eyes and for screen readers. */
export function Navigation({ mayManage, onNavigate }: { mayManage: boolean; onNavigate?: () => void }) {
  return (
    <nav aria-label="Console" className={styles.navigation}>
      {sectionsFor(mayManage).map(({ heading, pages, elsewhere }) => (
        <div key={heading ?? ''}>
          {heading && <p className={styles.navHeading}>{heading}</p>}
          <ul>
            {pages.map((page) => (
              <li key={page.to}>
                <NavLink page={page} onNavigate={onNavigate} />
              </li>
            ))}
            {elsewhere && (
              <li>
                <a href={elsewhere.href} className={styles.navLink}>
                  <elsewhere.icon aria-hidden />
                  {elsewhere.words}
                </a>
              </li>
            )}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function NavLink({ page, onNavigate }: { page: Section; onNavigate: (() => void) | undefined }) {
  return (
    <Link
      to={page.to}
      className={styles.navLink}
      activeOptions={{ exact: page.to === '/' || page.to === '/settings' }}
      onClick={onNavigate}
    >
      {({ isActive }) => {
        const Icon = isActive ? page.current : page.icon;
        return (
          <>
            <Icon aria-hidden />
            {page.words}
          </>
        );
      }}
    </Link>
  );
}
