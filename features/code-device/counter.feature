@display @event
Feature: An event-based code display
  Its codes follow a counter, which must never fall back.

  Background:
    Given a code display that holds its test key and the right time

  Scenario: The vectors of RFC 4226, one press each
    Given the code display holds the key of the RFC vectors
    Then each press displays the next of these codes [RFC4226-5.3]
      | code   |
      | 755224 |
      | 287082 |
      | 359152 |
      | 969429 |
      | 338314 |
      | 254676 |
      | 287922 |
      | 162583 |
      | 399871 |
      | 520489 |

  @power
  Scenario: No code comes twice, whatever happens to the power
    When I press the button on my code display, cut its power while the code shows, and press it again
    Then the code is another one [CIR2015-1502-2.3.1]
