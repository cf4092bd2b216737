@display @event @power
Feature: An event-based code display
  Its codes follow a counter, which must never fall back.

  Background:
    Given a code display that holds its test key and the right time

  Scenario: No code comes twice, whatever happens to the power
    When I press the button on my code display, cut its power while the code shows, and press it again
    Then the code is another one [CIR2015-1502-2.3.1]
