// What a load balancer does with one request: the same as eks_ingress/plan/matching.py, for the browser.
// A test holds the two together; what is changed there must be changed here.
"use strict";

const matching = (() => {
  const DEFAULT_PORTS = new Map([["http", 80], ["https", 443]]);
  const URL_PARTS = /^([A-Za-z]+):\/\/(?:[^/?#@]*@)?([^/?#]*?)(?::([0-9]*))?(?=[/?#]|$)([^?#]*)(?:\?([^#]*))?/u;
  const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u;
  const ANY_TEXT = Symbol("*");
  const ANY_LETTER = Symbol("?");
  const SIGNS = { "*": ANY_TEXT, "?": ANY_LETTER, "\\*": "*", "\\?": "?" };

  /** Thrown for a request that nobody can answer, with the reason. */
  class Refusal extends Error {}

  function match(plan, request) {
    const asked = read(request);
    const [balancer, listener] = takenBy(plan, asked, request.loadBalancer ?? null);
    const rule = listener.rules.find((rule) => takes(rule, asked)) ?? null;
    const decides = rule ?? listener.otherwise;
    const answer = {
      load_balancer: balancer.group,
      listener: listener.port,
      priority: rule && rule.priority,
      place: decides.place,
      ...outcome(decides.action, asked),
    };
    if (!decides.auth || listener.protocol !== "HTTPS") return answer;
    const { load_balancer, listener: port, priority, place } = answer;
    const nothing = { kind: "authenticate", service: null, services: [], location: null, status: null };
    return { load_balancer, listener: port, priority, place, ...nothing, then: answer };
  }

  // A client asks a load balancer

  function read({ url, method, headers, sourceIp }) {
    const found = URL_PARTS.exec(url);
    const host = found ? found[2] : "";
    const known = host.replace(/\$\{Token\[[^\]]*\]\}/gu, "");
    const isIpv6 = known.startsWith("[") && known.endsWith("]");
    const readable = host && (!known.includes(":") || isIpv6) && !SPACE.test(known);
    if (!found || !DEFAULT_PORTS.has(found[1].toLowerCase()) || !readable) {
      throw new Refusal(
        `URL ${repr(url)} is not scheme, host and path of a request. Write one such as 'https://shop.example.com/cart'.`,
      );
    }
    const scheme = found[1].toLowerCase();
    const said = found[3] || "";
    const port = said ? Number(said) : DEFAULT_PORTS.get(scheme);
    if (port < 1 || port > 65535) {
      throw new Refusal(`URL ${repr([...url].slice(0, 80).join(""))} has no port from 1 to 65535. Write one, or none.`);
    }
    const address = sourceIp === null || sourceIp === undefined ? null : readAddress(sourceIp);
    if (address === undefined) {
      throw new Refusal(`source address ${repr(sourceIp)} is no IPv4 or IPv6 address. Write one such as 192.0.2.7.`);
    }
    return { scheme, host, port, path: found[4] || "/", query: found[5] || "", method, headers, address };
  }

  function takenBy(plan, request, group) {
    const asked = plan.balancers.filter((balancer) => group === null || balancer.group === group);
    const protocol = request.scheme.toUpperCase();
    const found = asked.flatMap((balancer) =>
      balancer.listeners.filter((x) => x.port === request.port && x.protocol === protocol).map((x) => [balancer, x]),
    );
    if (found.length === 1) return found[0];
    if (found.length) {
      const groups = found.map(([balancer]) => repr(balancer.group)).join(", ");
      throw new Refusal(
        `${protocol} on port ${request.port} is taken by several load balancers. Write \`load_balancer=\` one of ${groups}.`,
      );
    }
    const refused = plan.refused ? "; what the controller would refuse is not in it, see its `problems`" : "";
    if (!asked.length) {
      const groups = plan.balancers.map((balancer) => repr(balancer.group)).join(", ") || "none";
      const which = group === null ? "a load balancer" : `the load balancer ${repr(group)}`;
      throw new Refusal(`The plan does not have ${which}. It has: ${groups}${refused}.`);
    }
    const ports = asked
      .map((x) => `${repr(x.group)} on ${x.listeners.map((y) => `${y.protocol} ${y.port}`).join(", ")}`)
      .join("; ");
    throw new Refusal(`No load balancer listens for ${protocol} on port ${request.port}. There are: ${ports}${refused}.`);
  }

  // Whether a rule takes it

  function takes(rule, request) {
    const hosts = !(rule.hosts.length || rule.hostRegexes.length) || isOneOf(rule.hosts, rule.hostRegexes, request.host, true);
    return (
      hosts &&
      (!(rule.paths.length || rule.pathRegexes.length) || isOneOf(rule.paths, rule.pathRegexes, request.path, false)) &&
      rule.requirements.every((requirement) => has(request, requirement))
    );
  }

  function isOneOf(globs, regexes, text, ignoreCase) {
    return globs.some((glob) => fits(glob, text, ignoreCase, false)) || regexes.some((regex) => isFound(regex, text));
  }

  function has(request, { what, name, values, regexes, pairs, blocks }) {
    if (what === "method") return values.includes(request.method);
    if (what === "header") {
      const sent = request.headers.filter(([header]) => header.toLowerCase() === name.toLowerCase());
      return sent.some(([, value]) => isOneOf(values, regexes, value, true));
    }
    if (what === "query") return pairs.some(([key, value]) => hasParameter(request, key, value));
    return request.address !== null && blocks.some((block) => contains(block, request.address));
  }

  function hasParameter(request, key, value) {
    return request.query.split("&").some((parameter) => {
      if (!parameter) return false;
      const at = parameter.indexOf("=");
      const name = at < 0 ? parameter : parameter.slice(0, at);
      const said = at < 0 ? "" : parameter.slice(at + 1);
      return (!key || fits(key, name, true, true)) && fits(value, said, true, true);
    });
  }

  /** Whether a pattern fits a whole text: `*` is any text, `?` one character; with `escapes`, `\*` and `\?` are themselves. */
  function fits(glob, text, ignoreCase, escapes) {
    const lower = (x) => (ignoreCase ? x.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : x);
    const parts = (lower(glob).match(escapes ? /\\[*?]|[^]/gu : /[^]/gu) ?? []).map((part) => SIGNS[part] ?? part);
    const letters = [...lower(text)];
    let part = 0;
    let letter = 0;
    let star = -1;
    let resume = 0;
    while (letter < letters.length) {
      if (parts[part] === ANY_TEXT) {
        star = part++;
        resume = letter;
      } else if (parts[part] === ANY_LETTER || parts[part] === letters[letter]) {
        part++;
        letter++;
      } else if (star >= 0) {
        part = star + 1;
        letter = ++resume;
      } else {
        return false;
      }
    }
    while (parts[part] === ANY_TEXT) part++;
    return part === parts.length;
  }

  function isFound(regex, text) {
    if (regex.wrong) throw new Refusal(regex.wrong);
    return new RegExp(regex.source, "u").test(text);
  }

  // Addresses

  /** An address as version and number; undefined for what is none. */
  function readAddress(text) {
    const four = readIpv4(text);
    if (four !== undefined) return { version: 4, number: four };
    const six = readIpv6(text);
    return six === undefined ? undefined : { version: 6, number: six };
  }

  function readIpv4(text) {
    const octets = text.split(".");
    if (octets.length !== 4 || !octets.every((x) => /^(?:0|[1-9][0-9]{0,2})$/.test(x) && Number(x) < 256)) return undefined;
    return octets.reduce((number, octet) => number * 256n + BigInt(octet), 0n);
  }

  function readIpv6(text) {
    const zone = text.indexOf("%");
    if (text.includes("/") || (zone >= 0 && !/^[^%]+$/u.test(text.slice(zone + 1)))) return undefined;
    const parts = (zone < 0 ? text : text.slice(0, zone)).split(":");
    if (parts.length < 3) return undefined;
    if (parts[parts.length - 1].includes(".")) {
      const four = readIpv4(parts.pop());
      if (four === undefined) return undefined;
      parts.push((four >> 16n).toString(16), (four & 0xffffn).toString(16));
    }
    if (parts.length > 9) return undefined;
    const empty = parts.flatMap((part, index) => (part === "" && index > 0 && index < parts.length - 1 ? [index] : []));
    if (empty.length > 1) return undefined;
    let left = parts;
    let right = [];
    if (empty.length) {
      left = parts.slice(0, empty[0]);
      right = parts.slice(empty[0] + 1);
      if (left.length === 1 && left[0] === "") left = [];
      if (right.length === 1 && right[0] === "") right = [];
      if (left.length + right.length > 7) return undefined;
    } else if (parts.length !== 8) {
      return undefined;
    }
    const middle = Array(8 - left.length - right.length).fill("0");
    const all = [...left, ...middle, ...right];
    if (!all.every((part) => /^[0-9A-Fa-f]{1,4}$/.test(part))) return undefined;
    return all.reduce((number, part) => number * 65536n + BigInt(`0x${part}`), 0n);
  }

  function contains([version, network, length], address) {
    const rest = BigInt((version === 4 ? 32 : 128) - length);
    return version === address.version && address.number >> rest === BigInt(network) >> rest;
  }

  // What becomes of it

  function outcome(action, request) {
    const nothing = { kind: action.kind, service: null, services: [], location: null, status: null };
    if (action.kind === "forward") return { ...nothing, service: action.services[0]?.[0] ?? null, services: action.services };
    const location = action.kind === "redirect" ? locationOf(action, request) : null;
    return { ...nothing, location, status: action.status };
  }

  function locationOf(redirect, request) {
    const kept = {
      protocol: request.scheme,
      host: request.host,
      port: String(request.port),
      path: request.path.startsWith("/") ? request.path.slice(1) : request.path,
      query: request.query,
    };
    const filled = (part, otherwise) =>
      (part ?? otherwise).replace(/#\{(protocol|host|port|path|query)\}/gu, (_, name) => kept[name]);
    const protocol = filled(redirect.protocol, "#{protocol}").toLowerCase();
    const port = filled(redirect.port, "#{port}");
    const at = DEFAULT_PORTS.has(protocol) && port === String(DEFAULT_PORTS.get(protocol)) ? "" : `:${port}`;
    const query = filled(redirect.query, "#{query}");
    const host = filled(redirect.host, "#{host}");
    return `${protocol}://${host}${at}${filled(redirect.path, "/#{path}")}${query ? `?${query}` : ""}`;
  }

  /** The same in words. */
  function words(answer) {
    if (answer.then) return `sign-in, then ${words(answer.then)}`;
    if (answer.kind === "forward") {
      const shown = answer.services.map(([service, weight]) => (weight === null ? service : `${service} (${weight})`));
      return shown.length ? `Service ${shown.join(", ")}` : "no target";
    }
    const status = answer.status || "of unknown status";
    return answer.kind === "redirect" ? `a redirect ${status} to ${answer.location}` : `an answer ${status}`;
  }

  /** A text as messages of Python show it. */
  function repr(text) {
    const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
    const named = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", [quote]: `\\${quote}` };
    const shown = [...text].map((letter) => {
      if (Object.hasOwn(named, letter)) return named[letter];
      if (letter === " " || !/[\p{C}\p{Z}]/u.test(letter)) return letter;
      const code = letter.codePointAt(0).toString(16);
      return code.length < 3 ? `\\x${code.padStart(2, "0")}` : code.length < 5 ? `\\u${code.padStart(4, "0")}` : `\\U${code.padStart(8, "0")}`;
    });
    return quote + shown.join("") + quote;
  }

  return { match, words, Refusal };
})();
