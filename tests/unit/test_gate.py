"""A gate: whoever is alone is alone, and nobody waits for ever."""

import threading

from data_access.store.gate import Gate


def test_one_alone_waits_for_those_inside_and_keeps_others_out():
    gate, seen = Gate(), []
    entered, leave, alone, done = (threading.Event() for _ in range(4))

    def first():
        with gate.inside():
            entered.set()
            leave.wait(10)
            seen.append("first left")

    def one():
        with gate.alone():
            seen.append("alone")
            alone.set()
            done.wait(10)
            seen.append("no longer alone")

    def late():
        alone.wait(10)
        with gate.inside():
            seen.append("late")

    threads = [threading.Thread(target=work) for work in (first, one, late)]
    threads[0].start()
    assert entered.wait(10)
    threads[1].start()
    threads[2].start()
    assert not alone.wait(0.1)
    leave.set()
    assert alone.wait(10)
    done.set()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()
    assert seen == ["first left", "alone", "no longer alone", "late"]


def test_many_are_inside_at_once():
    gate, both = Gate(), threading.Barrier(2, timeout=10)

    def work():
        with gate.inside():
            both.wait()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not both.broken


def test_an_error_opens_it_again():
    gate = Gate()
    for way in (gate.inside, gate.alone):
        try:
            with way():
                raise ValueError
        except ValueError:
            pass
    with gate.alone():
        pass
    with gate.inside():
        pass
