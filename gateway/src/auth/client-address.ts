import type { IncomingMessage } from 'node:http';
import ipaddr from 'ipaddr.js';
import proxyAddr from 'proxy-addr';

/** Finds the address that a request comes from. */
export interface ClientAddresses {
  of(incoming: IncomingMessage): string;
  /** True when this address is a proxy's, which forwards requests of many clients. */
  isProxy(address: string): boolean;
}

/**
 * `trustedProxies`: addresses, CIDR ranges, or `loopback`, `linklocal`, `uniquelocal`. Only a request from one of them
 * may name its client in X-Forwarded-For: the last address there that is not a trusted proxy. Throws TypeError when an
 * entry cannot be read.
 */
export function clientAddresses(trustedProxies: readonly string[]): ClientAddresses {
  const trust = proxyAddr.compile([...trustedProxies]);
  const isProxy = (address: string): boolean =>
    trustedProxies.length > 0 && ipaddr.isValid(address) && trust(address, 0);
  return {
    isProxy,
    of(incoming) {
      const socketAddress = incoming.socket.remoteAddress ?? '';
      if (!isProxy(socketAddress)) return plain(socketAddress);
      const forwarded = proxyAddr(incoming, trust);
      return plain(ipaddr.isValid(forwarded) ? forwarded : socketAddress);
    },
  };
}

/** An IPv6 network of 64 bits. */
const NETWORK_BYTES = 8;

/** The address as limits count it: an IPv4 address, or the IPv6 network that one household gets. */
export function askerOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return Buffer.from(parsed.toByteArray().slice(0, NETWORK_BYTES)).toString('hex');
}

/** Converts an IPv4 address on an IPv6 socket to IPv4 form. */
const plain = (address: string): string => (ipaddr.isValid(address) ? ipaddr.process(address).toString() : address);
