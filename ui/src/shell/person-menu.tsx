import {
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components';
import {
  DesktopMac20Regular,
  SignOut20Regular,
  WeatherMoon20Regular,
  WeatherSunny20Regular,
} from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import { api, ask } from '../api/client.ts';
import type { Member } from '../api/queries.ts';
import { PersonButton } from './person-button.tsx';
import type { Appearance } from './theme.ts';

type Props = { member: Member; appearance: Appearance; choose: (appearance: Appearance) => void };

const appearances = [
  { value: 'system', words: 'Like the system', icon: <DesktopMac20Regular /> },
  { value: 'light', words: 'Light', icon: <WeatherSunny20Regular /> },
  { value: 'dark', words: 'Dark', icon: <WeatherMoon20Regular /> },
] as const;

/** Appearance and sign-out. */
export function PersonMenu({ member, appearance, choose }: Props) {
  const signOut = useMutation({
    mutationFn: () => ask(api.session.$delete()),
    onSuccess: () => location.assign('/console/'),
  });
  return (
    <Menu
      checkedValues={{ appearance: [appearance] }}
      onCheckedValueChange={(_, { checkedItems }) =>
        choose(appearances.find(({ value }) => value === checkedItems[0])?.value ?? 'system')
      }
    >
      <MenuTrigger disableButtonEnhancement>
        <PersonButton member={member} />
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          <MenuGroup>
            <MenuGroupHeader>Appearance</MenuGroupHeader>
            {appearances.map(({ value, words, icon }) => (
              <MenuItemRadio key={value} name="appearance" value={value} icon={icon}>
                {words}
              </MenuItemRadio>
            ))}
          </MenuGroup>
          <MenuDivider />
          <MenuItem icon={<SignOut20Regular />} onClick={() => signOut.mutate()}>
            Sign out
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
