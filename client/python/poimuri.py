"""Submitting orders to a Poimuri scheduler, with the standard library alone.

    from poimuri import Client

    client = Client("http://127.0.0.1:8480", token="...")
    order = client.submit(open("order.toml").read(), key="campaign-17")
    for progress in client.watch(order["id"]):
        print(progress["state"], progress["stages"])
    print(client.receipt(order["id"])["delivered"])

As a program:  python poimuri.py http://127.0.0.1:8480 submit order.toml
"""

import http.client
import json
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SETTLED = {"delivered", "refused", "failed", "cancelled"}


class PoimuriError(Exception):
    """A call that did not succeed."""

    def __init__(self, status, message, details=()):
        super().__init__(message if not details else f"{message}: " + "; ".join(details))
        self.status = status
        """HTTP status; 0 if nobody answered."""
        self.details = list(details)
        """Each thing wrong with an order, by line and field where known."""

    @property
    def passing(self):
        """Whether the same call may succeed a little later."""
        return self.status in (0, 502, 503, 504)


class Client:
    """A scheduler to talk to."""

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
        is_toml = isinstance(order, str)
        body = (order if is_toml else json.dumps(order)).encode()
        headers = {
            "Content-Type": "application/toml" if is_toml else "application/json",
            "Idempotency-Key": key or secrets.token_hex(16),
        }
        wanted = {"seed": seed, "priority": priority, "register": register}
        query = {name: value for name, value in wanted.items() if value is not None}
        path = "/v1/orders" + ("?" + urllib.parse.urlencode(query) if query else "")
        for pause in (*pauses, None):
            try:
                return self._call("POST", path, body, headers)
            except PoimuriError as error:
                if not error.passing or pause is None:
                    raise
                time.sleep(pause)

    def list(self, limit=100, state=None):
        """The newest orders the caller may see."""
        query = {"limit": limit} | ({"state": state} if state else {})
        return self._call("GET", "/v1/orders?" + urllib.parse.urlencode(query))

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

    def upload_register(self, register, customer, data, sheet=None):
        """Uploads a customer's register (bytes of a CSV, Parquet or XLSX file), for `[register] id` of later orders.

        `sheet` names the sheet to read of a workbook, otherwise the first that is not hidden.
        """
        wanted = {"customer": customer, "sheet": sheet}
        query = urllib.parse.urlencode({name: value for name, value in wanted.items() if value is not None})
        path = "/v1/registers/" + urllib.parse.quote(register, safe="") + "?" + query
        return self._call("PUT", path, data, {"Content-Type": "application/octet-stream"})

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

    def _call(self, method, path, body=None, headers=None):
        try:
            with self._open(method, path, body, headers) as answer:
                return json.load(answer)
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise PoimuriError(0, f"the answer broke off: {error}") from error

    def _open(self, method, path, body=None, headers=None):
        request = urllib.request.Request(self.url + path, data=body, headers=headers or {}, method=method)
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        try:
            return urllib.request.urlopen(request, timeout=self.timeout)
        except urllib.error.HTTPError as error:
            with error:
                raise _problem(error.code, error.read()) from None
        except (OSError, http.client.HTTPException) as error:
            raise PoimuriError(0, f"the scheduler cannot be reached: {error}") from error


def _path(order, verb=None):
    path = "/v1/orders/" + urllib.parse.quote(order, safe="")
    return path + "/" + verb if verb else path


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
