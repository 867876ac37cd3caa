"""Submitting orders and subscriptions to a Poimuri scheduler, with the standard library alone.

    from poimuri import Client

    client = Client("http://127.0.0.1:8480", token="...")
    order = client.submit(open("order.toml").read(), key="campaign-17")
    for progress in client.watch(order["id"]):
        print(progress["state"], progress["stages"])
    print(client.receipt(order["id"])["delivered"])

Continuous updates:

    client.upload_register("acme-2026", "acme", open("customers.csv", "rb"))
    subscription = client.subscribe(open("subscription.toml").read(), register="acme-2026", key="acme-changes")
    for step in client.subscription(subscription["id"])["unacknowledged"]:
        client.copy_delivery(subscription["id"], step, f"outbox/{step}")
        client.acknowledge(subscription["id"], step)

As a program:  python poimuri.py http://127.0.0.1:8480 submit order.toml
"""

import hashlib
import http.client
import json
import os
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

WHOLE_FILE_TIMEOUT = 3600
"""Seconds that a call about a whole file may take to answer: it is read first."""

SETTLED = {"delivered", "refused", "failed", "cancelled"}


class PoimuriError(Exception):
    """A call that did not succeed."""

    def __init__(self, status, message, details=()):
        super().__init__(message if not details else f"{message}: " + "; ".join(details))
        self.status = status
        """HTTP status; 0 if nobody answered."""
        self.details = list(details)
        """Each thing wrong with an order or a subscription, by line and field where known."""

    @property
    def passing(self):
        """Whether the same call may succeed a little later."""
        return self.status in (0, 502, 503, 504)


class Client:
    """A scheduler to talk to.

    `timeout` is how long, in seconds, it may be silent; in calls about a whole file, which is read before they are answered,
    an hour.
    """

    def __init__(self, url, token=None, timeout=60):
        self.url = url.rstrip("/")
        self.token = token
        self.timeout = timeout

    def submit(self, order, key=None, seed=None, priority=None, register=None, pauses=(0.2, 1, 3)):
        """Hands in an order: TOML text, or a dict that becomes JSON.

        `register` names an uploaded register that stands for the order's file; several with commas between them, in
        the order in which the order names files.
        Sent again under the same key while the scheduler is away, so that it is one order however often it is sent.
        """
        query = {"seed": seed, "priority": priority, "register": register}
        return self._hand_in("/v1/orders", order, key, query, pauses)

    def list(self, limit=100, state=None):
        """The newest orders the caller may see."""
        return self._call("GET", "/v1/orders" + _query({"limit": limit, "state": state}))

    def show(self, order):
        """One order and how far it is."""
        return self._call("GET", _path(order))

    def cancel(self, order):
        """Cancels an order; what was delivered stays delivered."""
        return self._call("POST", _path(order, "cancel"))

    def pause(self, order):
        """Holds an order's tasks back; for operators."""
        return self._call("POST", _path(order, "pause"))

    def resume(self, order):
        """Lets a paused order go on; for operators."""
        return self._call("POST", _path(order, "resume"))

    def retry(self, order):
        """Tries the tasks that were given up again; for operators."""
        return self._call("POST", _path(order, "retry"))

    def receipt(self, order):
        """The receipt of a delivered order."""
        return self._call("GET", _path(order, "receipt"))

    def look_at_file(self, data, sheet=None, columns=None):
        """How a CSV, Parquet or XLSX file (its bytes, or the file opened to read them) would be read as a customer's register:
        its form, what its columns mean, counts and ten masked rows. Nothing is stored.

        `sheet` names the sheet to read of a workbook, otherwise the first that is not hidden. `columns` says what columns
        without usual headings mean: `{"surname": "nimi"}`; without headings they are `column 1` and so on.
        """
        path = "/v1/looks" + _query({"sheet": sheet, "column": _named(columns)})
        return self._send("POST", path, data)

    def upload_register(self, register, customer, data, sheet=None, columns=None):
        """Uploads a customer's register (a CSV, Parquet or XLSX file: its bytes, or the file opened to read them, which
        is sent in pieces), for `[register] id` of later orders or for members of a subscription.

        `sheet` and `columns` as in `look_at_file`; the answer is the same look at it.
        """
        wanted = {"customer": customer, "sheet": sheet, "column": _named(columns)}
        path = _at("/v1/registers", register) + _query(wanted)
        return self._send("PUT", path, data)

    def look_at_register(self, register, columns=None):
        """The same look at a register that was uploaded; with other `columns` its rows are counted again."""
        path = _at("/v1/registers", register) + _query({"column": _named(columns)})
        return self._call("GET", path, at_least=WHOLE_FILE_TIMEOUT)

    def remove_register(self, register):
        """Destroys a register: nothing of it can be read any more."""
        with self._open("DELETE", _at("/v1/registers", register)):
            pass

    def subscribe(self, subscription, key=None, register=None, pauses=(0.2, 1, 3)):
        """Hands a subscription in: TOML text, or a dict that becomes JSON.

        `register` names an uploaded register that stands for the subscription's file. Sent again under the same key while
        the scheduler is away, so that it is one subscription however often it is sent.
        """
        return self._hand_in("/v1/subscriptions", subscription, key, {"register": register}, pauses)

    def subscriptions(self, limit=100, state=None):
        """The newest subscriptions the caller may see."""
        return self._call("GET", "/v1/subscriptions" + _query({"limit": limit, "state": state}))

    def subscription(self, subscription):
        """One subscription with its loads and runs."""
        return self._call("GET", _at("/v1/subscriptions", subscription))

    def run_subscription(self, subscription, due=False):
        """Begins what a subscription needs now, whatever its rhythm; with `due` only what the rhythm says.

        The answer's `order`, if there is one, is watched as any other.
        """
        return self._change(subscription, "run" + ("?due=true" if due else ""))

    def pause_subscription(self, subscription):
        """Lets no run begin."""
        return self._change(subscription, "pause")

    def resume_subscription(self, subscription):
        """Lets runs begin again."""
        return self._change(subscription, "resume")

    def end_subscription(self, subscription, reason=None):
        """Ends a subscription for good. The reason is read later by others: one line, never about a person."""
        return self._change(subscription, "end", {"reason": reason})

    def add_members(self, subscription, register):
        """Brings the persons of an uploaded register as members; the answer's `order` answers each row."""
        return self._change(subscription, "members", {"register": register})

    def remove_members(self, subscription, register):
        """Takes members away by the customer's own keys in an uploaded register."""
        return self._change(subscription, "members/remove", {"register": register})

    def acknowledge(self, subscription, step):
        """Notes that the customer received the delivery of a step."""
        return self._change(subscription, f"deliveries/{int(step)}/acknowledge")

    def copy_delivery(self, subscription, step, folder):
        """Copies the delivery of a step into a folder, encrypted as it is: the same bytes each time. Gives its manifest.

        Files are compared with the manifest, which is written last: a copy without it is not whole.
        """
        at = _at("/v1/subscriptions", subscription) + f"/deliveries/{int(step)}/"
        with self._open("GET", at + "manifest") as answer:
            content = _whole(answer)
        manifest = json.loads(content)
        os.makedirs(folder, exist_ok=True)
        for file in manifest["files"]:
            name, digest, length = file["object"], hashlib.sha256(), 0
            if os.path.basename(name) != name:
                raise PoimuriError(0, "the manifest names a file that is not beside it")
            with self._open("GET", at + name) as answer, open(os.path.join(folder, name), "wb") as target:
                while piece := _piece(answer):
                    digest.update(piece)
                    length += len(piece)
                    target.write(piece)
            if (length, digest.hexdigest()) != (file["sealed_bytes"], file["sealed_sha256"]):
                raise PoimuriError(0, "a file of the delivery is not the one that the manifest names")
        with open(os.path.join(folder, "manifest"), "wb") as target:
            target.write(content)
        return manifest

    def watch(self, order, lost_max=30):
        """Yields progress at each change until the order settles; a lost connection is made again."""
        lost = 0
        while True:
            try:
                with self._open("GET", _path(order, "progress")) as stream:
                    for progress in _events(stream):
                        lost = 0
                        yield progress
                        if progress["state"] in SETTLED:
                            return
            except PoimuriError as error:
                if not error.passing:
                    raise
            except (OSError, http.client.HTTPException):
                pass
            lost += 1
            if lost > lost_max:
                raise PoimuriError(0, "the connection is lost again and again")
            time.sleep(1)

    def _hand_in(self, path, document, key, query, pauses):
        is_toml = isinstance(document, str)
        body = (document if is_toml else json.dumps(document)).encode()
        headers = {
            "Content-Type": "application/toml" if is_toml else "application/json",
            "Idempotency-Key": key or secrets.token_hex(16),
        }
        for pause in (*pauses, None):
            try:
                return self._call("POST", path + _query(query), body, headers)
            except PoimuriError as error:
                if not error.passing or pause is None:
                    raise
                time.sleep(pause)

    def _change(self, subscription, what, body=None):
        path = _at("/v1/subscriptions", subscription) + "/" + what
        if body is None:
            return self._call("POST", path)
        return self._call("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def _send(self, method, path, data):
        headers = {"Content-Type": "application/octet-stream"}
        return self._call(method, path, data, headers, WHOLE_FILE_TIMEOUT)

    def _call(self, method, path, body=None, headers=None, at_least=0):
        try:
            with self._open(method, path, body, headers, at_least) as answer:
                return json.load(answer)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise PoimuriError(0, f"the answer broke off: {error}") from error

    def _open(self, method, path, body=None, headers=None, at_least=0):
        request = urllib.request.Request(self.url + path, data=body, headers=headers or {}, method=method)
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        timeout = None if self.timeout is None else max(self.timeout, at_least)
        try:
            return urllib.request.urlopen(request, timeout=timeout)
        except urllib.error.HTTPError as error:
            with error:
                raise _problem(error.code, error.read()) from None
        except (OSError, http.client.HTTPException) as error:
            raise PoimuriError(0, f"the scheduler cannot be reached: {error}") from error


def _at(folder, name):
    return folder + "/" + urllib.parse.quote(name, safe="")


def _path(order, verb=None):
    path = _at("/v1/orders", order)
    return path + "/" + verb if verb else path


def _query(wanted):
    query = {name: value for name, value in wanted.items() if value is not None}
    return "?" + urllib.parse.urlencode(query, doseq=True) if query else ""


def _named(columns):
    return [f"{field}={heading}" for field, heading in (columns or {}).items()]


def _whole(answer):
    content = b""
    while piece := _piece(answer):
        content += piece
    return content


def _piece(answer):
    """The next bytes of an answer; none at its end."""
    try:
        return answer.read(1 << 18)
    except (OSError, http.client.HTTPException) as error:
        raise PoimuriError(0, f"the answer broke off: {error}") from error


def _problem(status, body):
    try:
        problem = json.loads(body)
        return PoimuriError(status, problem["error"], problem.get("details", ()))
    except (ValueError, KeyError, TypeError):
        return PoimuriError(status, f"status {status}")


def _events(stream):
    """The data of server-sent events, as JSON."""
    data = []
    for line in stream:
        line = line.decode().rstrip("\r\n")
        if line.startswith("data:"):
            data.append(line[5:].lstrip(" "))
        elif not line and data:
            yield json.loads("\n".join(data))
            data = []


def main(arguments):
    """`URL submit FILE`, `URL list`, `URL show|watch|cancel|receipt ID`."""
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    client, verb, rest = Client(arguments[0]), arguments[1], arguments[2:]
    try:
        if verb == "submit":
            with open(rest[0], encoding="utf-8") as file:
                answer = client.submit(file.read())
        elif verb == "watch":
            for answer in client.watch(rest[0]):
                print(json.dumps(answer))
            return 0
        elif verb in ("list", "show", "cancel", "pause", "resume", "retry", "receipt"):
            answer = getattr(client, verb)(*rest)
        else:
            print(main.__doc__, file=sys.stderr)
            return 2
        print(json.dumps(answer, indent=2))
        return 0
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 4
    except (IndexError, TypeError):
        print(main.__doc__, file=sys.stderr)
        return 2
    except PoimuriError as error:
        print(f"error: {error}", file=sys.stderr)
        return 5 if error.passing else 4 if error.status == 404 else 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
