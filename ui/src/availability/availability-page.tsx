import { getRouteApi } from '@tanstack/react-router';
import { useMe } from '../shell/me.ts';
import { AvailabilityFrame } from './availability-frame.tsx';
import { CalendarFeed } from './calendar-feed.tsx';
import { HoursForm } from './hours-form.tsx';
import { TimeOffAndHolidays } from './time-off-and-holidays.tsx';
import { WeekView } from './week-view.tsx';

const route = getRouteApi('/availability');

/** When an operator works and can be booked. Operators change their own, administrators everybody’s. */
export function AvailabilityPage() {
  const { show = 'week', member, week } = route.useSearch();
  const { mayManage, mayBook } = useMe();
  return (
    <AvailabilityFrame memberId={member} shown={show}>
      {(operator, own) => {
        const mayChange = mayManage || (own && mayBook);
        const props = { operator, mayChange };
        if (show === 'hours') return <HoursForm key={operator.id} {...props} />;
        if (show === 'time-off') return <TimeOffAndHolidays key={operator.id} {...props} />;
        if (show === 'feed') return <CalendarFeed key={operator.id} {...props} own={own} />;
        return <WeekView operator={operator} week={week} />;
      }}
    </AvailabilityFrame>
  );
}
