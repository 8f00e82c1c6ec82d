// The box in which a request is typed, and the rule that lights up.

(() => {
  const plans = JSON.parse(document.getElementById("plans").textContent);
  const form = document.getElementById("request");
  const field = (name) => document.getElementById(name);
  const answer = field("answer");
  const HAS_ROOM = matchMedia("(min-width: 68rem)");
  const WAIT = 200; // milliseconds after a key, so that not each of them is read aloud
  let timer = 0;

  function option(select, value, text) {
    const made = document.createElement("option");
    made.value = value;
    made.textContent = text;
    select.append(made);
  }

  /** The load balancers that can be asked, of the chosen cluster. */
  function fillBalancers() {
    const select = field("balancer");
    select.replaceChildren(select.firstElementChild);
    for (const { group } of plans[field("cluster").value].balancers) option(select, group, group);
  }

  /** Headers as typed, one a line; throws a Refusal for what is none. */
  function headers() {
    const found = [];
    for (const line of field("headers").value.split("\n").filter((text) => text.trim())) {
      const at = line.indexOf(":");
      const name = line.slice(0, Math.max(at, 0)).trim();
      if (!name) throw new matching.Refusal(`Header "${line.trim()}" has no name and value. Write one such as X-Team: red.`);
      if (name.toLowerCase() === "host") throw new matching.Refusal("The host is that of the URL. Write it there, and not as a header.");
      if (found.some(([other]) => other.toLowerCase() === name.toLowerCase())) {
        throw new matching.Refusal(`Header "${name}" is given twice. Write it once.`);
      }
      found.push([name, line.slice(at + 1).trim()]);
    }
    return found;
  }

  function request() {
    return {
      url: field("url").value.trim(),
      method: field("method").value.trim() || "GET",
      headers: headers(),
      sourceIp: field("source").value.trim() || null,
      loadBalancer: field("balancer").value || null,
    };
  }

  function darken() {
    for (const lit of document.querySelectorAll(".lit")) {
      lit.classList.remove("lit");
      lit.removeAttribute("aria-current");
    }
  }

  function light(place) {
    const rule = document.getElementById(place);
    rule.classList.add("lit");
    rule.setAttribute("aria-current", "true");
    for (const way of document.querySelectorAll(`[data-places~="${place}"]`)) way.classList.add("lit");
    return rule;
  }

  function say(kind, ...parts) {
    answer.className = kind;
    answer.replaceChildren(...parts);
  }

  function paragraph(...parts) {
    const made = document.createElement("p");
    made.append(...parts);
    return made;
  }

  /** Shows what becomes of the request; `go` leads to the rule as well. */
  function show(go) {
    clearTimeout(timer);
    darken();
    if (!field("url").value.trim()) return say("");
    try {
      const found = matching.match(plans[field("cluster").value], request());
      const rule = light(found.place);
      const link = document.createElement("a");
      link.href = `#${found.place}`;
      link.textContent = found.priority === null ? "the default action" : `rule ${found.priority}`;
      const what = document.createElement("strong");
      const words = matching.words(found);
      what.textContent = words.charAt(0).toUpperCase() + words.slice(1);
      const where = ["taken by ", link, ` of ${found.load_balancer}, port ${found.listener}`];
      say("found", paragraph(what), paragraph(...where));
      if (go) rule.focus({ preventScroll: true });
      // Beside the box, where there is room for both; below it, the box would be scrolled away while one types.
      if (go || HAS_ROOM.matches) rule.scrollIntoView({ block: "center", behavior: gently() });
    } catch (error) {
      if (!(error instanceof matching.Refusal)) throw error;
      say("refused", paragraph(error.message.replace("Write `load_balancer=` one of", "Choose the one that is asked:")));
    }
  }

  function gently() {
    return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
  }

  plans.forEach(({ name }, number) => option(field("cluster"), number, name ?? "that of the other manifests"));
  field("cluster").parentElement.hidden = plans.length < 2;
  field("unscripted").hidden = true;
  field("more").open = HAS_ROOM.matches;
  if (plans.length) {
    fillBalancers();
    form.hidden = false;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(true);
  });
  form.addEventListener("input", (event) => {
    if (event.target === field("cluster")) fillBalancers();
    clearTimeout(timer);
    timer = setTimeout(show, WAIT, false);
  });
})();
