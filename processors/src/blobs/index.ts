export { BlobCorruptError, type BlobStore } from './blob-store.ts';
export { folderBlobStore } from './folder-blob-store.ts';
