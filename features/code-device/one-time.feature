@phone @display @uses-device
Feature: A code works once, in its window
  Seen by what a login on a phone shows.

  Background:
    Given a code display that holds its test key and the right time
    And my code display is activated

  Scenario: The login asks for user ID, code and password, in this order
    When I open the app
    And I tap "Log in" on the screen "MitID"
    Then the screen "Log in with MitID" asks for "User ID", "Code" and "Password", in this order [H.9]

  Scenario: A code alone does not log in
    When I log in with a new code and no password
    Then the login is refused [S5.C.6b]

  Scenario: A code with a wrong password does not log in
    When I log in with a new code and a wrong password
    Then the login is refused [S5.C.6b]

  Scenario: A code with nearly the right password does not log in
    When I log in with a new code and the password in other letter case
    Then the login is refused [S5.C.6b]
    When I log in with a new code and the password but for its last character
    Then the login is refused [S5.C.6b]

  Scenario: The code that has activated the device
    When I log in again with the same code
    Then the login is refused [RFC6238-5.2]

  Scenario: The same code twice in one session
    When I log in with the password and a new code
    And I approve a change with the same code
    Then the change is refused [RFC6238-5.2]

  Scenario: The same code twice, in two sessions
    When I log in with the password and a new code
    Then I am logged in [S5.C.9]
    When I log in again with the same code
    Then the login is refused [RFC6238-5.2]

  @two-phones
  Scenario: The same code in two sessions at once
    When I log in on two phones at once with the same code
    Then exactly one of them is logged in [RFC6238-5.2]

  Scenario: A code older than the last one accepted
    Given a new code, kept for later
    When I log in with the password and a code of the next time step
    Then I am logged in [S5.C.9]
    When I log in with the code kept
    Then the login is refused [RFC6238-5.2]

  Scenario: A code of the step before is still accepted
    Given a new code, kept for later
    When 1 time step goes by
    And I log in with the code kept
    Then the login is decided by the window [RFC6238-5.2]

  Scenario: A code of two steps before is refused
    Given a new code, kept for later
    When 2 time steps go by
    And I log in with the code kept
    Then the login is decided by the window [RFC6238-5.2]

  Scenario: A code of the next step is already accepted
    Given the code display's clock is 1 time step fast
    When I log in with a code of that clock
    Then the login is decided by the window [RFC6238-5.2]

  Scenario: A code of two steps ahead is refused
    Given the code display's clock is 2 time steps fast
    When I log in with a code of that clock
    Then the login is decided by the window [RFC6238-5.2]
