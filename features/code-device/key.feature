@display @probe
Feature: The key of a code device
  What the debug probe finds where the firmware keeps its key: how long it is, never the key itself.

  Scenario: The key that is kept is long enough
    Given a code display that holds its test key and the right time
    Then the key in its flash is long enough [RFC4226-4]
