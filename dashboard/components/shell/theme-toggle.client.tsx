'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useEffect, useState } from 'react';
import { IconButton } from '#components/ui/button.tsx';
import { THEME_KEY, type Theme, themes } from './theme.ts';

const icons = { system: Monitor, light: Sun, dark: Moon } as const;

export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>('system');
  useEffect(() => setTheme(storedTheme()), []);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
  const Icon = icons[theme];
  return (
    <IconButton
      label={`Theme: ${theme}. Change to ${next}`}
      onClick={() => {
        setTheme(next);
        applyTheme(next);
      }}
    >
      <Icon />
    </IconButton>
  );
}

function storedTheme(): Theme {
  const stored = localStorage.getItem(THEME_KEY);
  return themes.find(theme => theme === stored) ?? 'system';
}

function applyTheme(theme: Theme): void {
  localStorage.setItem(THEME_KEY, theme);
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
