import './globals.css';
import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Shell } from '#components/shell/shell.tsx';
import { themeScript } from '#components/shell/theme.ts';
import { findMe } from '#lib/gateway.server.ts';

export const metadata: Metadata = {
  title: { default: 'Sightline', template: '%s · Sightline' },
  description: 'Watches the cameras of many stores and says, with proof, when a rule is broken.',
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f7f7' },
    { media: '(prefers-color-scheme: dark)', color: '#0a0f12' },
  ],
};

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const me = await findMe();
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours that must run before the first paint */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
      </head>
      <body>{me ? <Shell me={me}>{children}</Shell> : children}</body>
    </html>
  );
}
