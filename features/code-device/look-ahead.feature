@phone @display @event @uses-device
Feature: Codes that follow a counter, and how far ahead the service looks
  RFC 4226 section 7.4: codes that nobody used put the device ahead of the service, which looks so many
  counters ahead and no further. The profile says how many.

  Background:
    Given a code display that holds its test key and the right time
    And my code display is activated

  Scenario: As many presses in vain as the service bridges
    When I press the button in vain as often as the service looks ahead
    And I log in with the password and a new code
    Then I am logged in [RFC4226-7.4]

  Scenario: One press in vain too many
    When I press the button in vain once more than the service looks ahead
    And I log in with the password and a new code
    Then the login is refused [RFC4226-7.4]

  Scenario: A code works once
    When I log in with the password and a new code
    Then I am logged in [S5.C.9]
    When I log in again with the same code
    Then the login is refused [SP800-63B-3.1.4]

  Scenario: A code that was skipped works no more
    Given a new code, kept for later
    When I log in with the password and a new code
    Then I am logged in [RFC4226-7.4]
    When I try the code kept at a login
    Then the login is refused [RFC4226-7.4]
