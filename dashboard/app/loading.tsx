export { LiveWallSkeleton as default } from '#components/live/live-wall-skeleton.tsx';
